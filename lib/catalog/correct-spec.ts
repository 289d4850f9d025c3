import type { ModelSpec, SpecCorrections } from "@/lib/experiments/schema";
import { needsOf } from "./infer-spec";

/** The spec with what a person knows better. What was measured stays: a figure that was read off the model beats all. */
export function correctSpec(spec: ModelSpec, corrections: SpecCorrections): ModelSpec {
  const given = Object.entries(corrections).filter(([name, value]) => value !== undefined && spec[name as keyof SpecCorrections].source !== "measured");
  if (given.length === 0) return spec;
  const facts = Object.fromEntries(given.map(([name, value]) => [name, { value, source: "person", confidence: "high" }]));
  const corrected = { ...spec, ...facts } as ModelSpec;
  if (!("model_size_gb" in facts || "parameters" in facts)) return corrected;
  const sizeGb = corrected.model_size_gb.value;
  return { ...corrected, ...needsOf(sizeGb, corrected.parameters.value ?? sizeGb * 5e8, "person", "high") };
}

/** The spec once the uncompressed model lies measured on disk. */
export function withMeasuredSize(spec: ModelSpec, sizeGb: number): ModelSpec {
  return { ...spec, model_size_gb: { value: sizeGb, source: "measured", confidence: "high" } };
}
