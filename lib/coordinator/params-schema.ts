/**
 * Reads the JSON Schema of a method's parameters (as Pydantic writes it) into what may be said of them: for each
 * parameter its kind, its limits and its default. Only flat objects are read; a nested parameter keeps its default.
 */

export type ParamValue = string | number | boolean | null;

export interface Param {
  name: string;
  kind: "choice" | "number" | "integer";
  /** Legal values of a choice; for numbers the ends of the range and the default. Ascending for numbers. */
  values: ParamValue[];
  fallback: ParamValue | undefined;
}

type Json = Record<string, unknown>;

const maxChoices = 12;

export function readParams(schema: Json): Param[] {
  const properties = (schema.properties ?? {}) as Record<string, Json>;
  return Object.entries(properties).flatMap(([name, property]) => {
    const param = readParam(name, property, schema);
    return param && param.values.length > 0 ? [param] : [];
  });
}

function readParam(name: string, raw: Json, root: Json): Param | null {
  const fallback = raw.default as ParamValue | undefined;
  const variants = variantsOf(resolve(raw, root), root);
  const choices: ParamValue[] = [];
  let numeric: Json | null = null;
  for (const variant of variants) {
    if ("const" in variant) choices.push(variant.const as ParamValue);
    else if (Array.isArray(variant.enum)) choices.push(...(variant.enum as ParamValue[]));
    else if (variant.type === "boolean") choices.push(false, true);
    else if (variant.type === "integer" || variant.type === "number") numeric = variant;
  }
  if (numeric) {
    const kind = numeric.type === "integer" ? "integer" : "number";
    return { name, kind, values: endsOf(numeric, fallback), fallback };
  }
  if (choices.length === 0 || choices.length > maxChoices) return null;
  const sorted = choices.every((value) => typeof value === "number")
    ? [...(choices as number[])].sort((a, b) => a - b)
    : choices;
  return { name, kind: "choice", values: sorted, fallback };
}

function resolve(schema: Json, root: Json): Json {
  if (typeof schema.$ref !== "string") return schema;
  const target = schema.$ref.replace(/^#\//, "").split("/").reduce<unknown>((at, key) => (at as Json | undefined)?.[key], root);
  return (target as Json | undefined) ?? {};
}

function variantsOf(schema: Json, root: Json): Json[] {
  const parts = (schema.anyOf ?? schema.oneOf ?? schema.allOf) as Json[] | undefined;
  const variants = parts ? parts.map((part) => resolve(part, root)) : [schema];
  return variants.filter((variant) => variant.type !== "null");
}

/** The ends of a number's range, with its default between them. */
function endsOf(schema: Json, fallback: ParamValue | undefined): number[] {
  const ends = [schema.minimum ?? schema.exclusiveMinimum, fallback, schema.maximum ?? schema.exclusiveMaximum];
  return [...new Set(ends.filter((value) => typeof value === "number"))].sort((a, b) => a - b);
}
