/** One thing that the lab can use, in the form in which all kinds of them are listed. */
export interface CatalogueEntry {
  name: string;
  title: string;
  /** The group it stands in, e.g. a method's action. */
  group: string;
  summary: string;
  source: string;
  available: boolean;
  reason: string;
  remedy: string;
  facts: { label: string; value: string }[];
  params: CatalogueParam[];
  /** A recipe as JSON, where the entry is one. */
  code: string | null;
  /** Opens the launch form with it. */
  href: string | null;
}

export interface CatalogueParam {
  name: string;
  values: string;
  fallback: string;
  description: string;
}

export const sections = [
  { key: "methods", label: "Methods" },
  { key: "runtimes", label: "Runtimes" },
  { key: "benchmarks", label: "Benchmarks" },
  { key: "strategies", label: "Strategies" },
  { key: "templates", label: "Templates" },
] as const;
export type SectionKey = (typeof sections)[number]["key"];
export type Catalogue = Record<SectionKey, CatalogueEntry[]>;

export function matches(entry: CatalogueEntry, filter: string): boolean {
  const wanted = filter.trim().toLowerCase();
  const text = [entry.name, entry.title, entry.group, entry.summary, entry.source, ...entry.params.map(({ name }) => name)].join(" ").toLowerCase();
  return wanted.split(/\s+/).every((word) => text.includes(word));
}

type Json = Record<string, unknown>;

/** The rows of a parameter table from a JSON Schema as Pydantic writes it. */
export function paramRows(schema: Json): CatalogueParam[] {
  const properties = (schema.properties ?? {}) as Record<string, Json>;
  return Object.entries(properties).map(([name, property]) => ({
    name,
    values: valuesOf(property, schema),
    fallback: "default" in property ? textOf(property.default) : "needed",
    description: typeof property.description === "string" ? property.description : "",
  }));
}

function valuesOf(property: Json, root: Json): string {
  const { $ref: ref, const: only, enum: choices, items, type } = property;
  if (typeof ref === "string") return valuesOf(definitionOf(ref, root), root);
  const variants = (property.anyOf ?? property.oneOf ?? property.allOf) as Json[] | undefined;
  if (variants) return variants.map((variant) => valuesOf(variant, root)).join(" or ");
  if (only !== undefined) return textOf(only);
  if (Array.isArray(choices)) return choices.map(textOf).join(", ");
  if (type === "boolean") return "yes, no";
  if (type === "array") return `list of ${valuesOf((items ?? {}) as Json, root)}`;
  if (type === "integer" || type === "number") return rangeOf(property);
  return type === "null" ? "none" : String(type ?? "any");
}

function definitionOf(ref: string, root: Json): Json {
  const found = ref.replace(/^#\//, "").split("/").reduce<unknown>((at, key) => (at as Json | undefined)?.[key], root);
  return (found as Json | undefined) ?? {};
}

function rangeOf({ type, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Json): string {
  const kind = type === "integer" ? "whole number" : "number";
  const low = minimum !== undefined ? `from ${textOf(minimum)}` : exclusiveMinimum !== undefined ? `above ${textOf(exclusiveMinimum)}` : "";
  const high = maximum !== undefined ? `to ${textOf(maximum)}` : exclusiveMaximum !== undefined ? `below ${textOf(exclusiveMaximum)}` : "";
  return [kind, low, high].filter(Boolean).join(" ");
}

function textOf(value: unknown): string {
  if (value === null) return "none";
  if (value === true) return "yes";
  if (value === false) return "no";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
