import { headsName, shareName } from "./param-names";

/**
 * Reads the JSON Schema of a method's parameters (as Pydantic writes it) into what a search can vary: for each
 * parameter its kind, its limits and its default. Only flat objects are read; a nested parameter keeps its default.
 */

export type ParamValue = string | number | boolean | null;

export interface Param {
  name: string;
  kind: "choice" | "number" | "integer";
  /** Legal values of a choice; for numbers a grid over the range that holds the default. Ascending for numbers. */
  values: ParamValue[];
  fallback: ParamValue | undefined;
  /** True for parameters of effort or numerics (samples, damping, switches …), which move a figure less than the rest. */
  secondary: boolean;
}

type Json = Record<string, unknown>;

const secondaryPattern = /sample|seq|seed|damp|block|epoch|step|iter|batch|learning|^lr$|token|length|dropout|order|warmup|threshold/i;
const gridSteps = 8;
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
  const secondary = secondaryPattern.test(name) || variants.every((variant) => variant.type === "boolean");
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
    return { name, kind, values: gridOf(name, numeric, fallback), fallback, secondary };
  }
  if (choices.length === 0 || choices.length > maxChoices) return null;
  const sorted = choices.every((value) => typeof value === "number")
    ? [...(choices as number[])].sort((a, b) => a - b)
    : choices;
  return { name, kind: "choice", values: sorted, fallback, secondary };
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

/** A grid that is coarse enough for a difference to show, and finite. Without limits only the default is known. */
function gridOf(name: string, schema: Json, fallback: ParamValue | undefined): ParamValue[] {
  const integer = schema.type === "integer";
  const step = typeof schema.multipleOf === "number" ? schema.multipleOf : integer ? 1 : 0;
  const low = limitOf(schema.minimum, schema.exclusiveMinimum, integer ? 1 : 0, 1);
  const high = limitOf(schema.maximum, schema.exclusiveMaximum, integer ? 1 : 0, -1);
  const values = new Set<number>();
  if (typeof fallback === "number") values.add(fallback);
  if (low !== null && high !== null) {
    const strictLow = schema.minimum === undefined;
    const strictHigh = schema.maximum === undefined;
    // Heads are few and cut in whole groups: a finer step would often round to the same model.
    const spacing = !integer && headsName.test(name) && step === 0 ? 0.25 : step;
    for (const value of rawGrid(low, high, integer, spacing)) {
      const outside = value < low || value > high || (strictLow && !integer && value === low) || (strictHigh && !integer && value === high);
      if (!outside) values.add(value);
    }
  }
  // Nothing is left of a model of which nothing is kept, and nothing is gained where nothing is taken away.
  const shares = !integer && shareName.test(name);
  return [...values].filter((value) => !shares || (value >= 0 && value < 1)).sort((a, b) => a - b);
}

function limitOf(inclusive: unknown, exclusive: unknown, shift: number, sign: number): number | null {
  if (typeof inclusive === "number") return inclusive;
  return typeof exclusive === "number" ? exclusive + sign * shift : null;
}

function rawGrid(low: number, high: number, integer: boolean, step: number): number[] {
  const width = high - low;
  if (integer && width / step > gridSteps && low >= 0) {
    const powers: number[] = [];
    for (let value = Math.max(1, low); value <= high; value *= 2) powers.push(value);
    return powers.filter((value) => value % step === 0);
  }
  if (step > 0 && width / step <= 2 * gridSteps) {
    return Array.from({ length: Math.floor(width / step + 1e-9) + 1 }, (_, i) => tidy(low + i * step));
  }
  // Shares move in eighths, which head counts divide by; everything else in eight equal parts of its range.
  if (low >= 0 && high <= 1) return Array.from({ length: gridSteps + 1 }, (_, i) => i / gridSteps);
  return Array.from({ length: gridSteps + 1 }, (_, i) => tidy(low + (i * width) / gridSteps));
}

function tidy(value: number): number {
  return Number(value.toPrecision(6));
}
