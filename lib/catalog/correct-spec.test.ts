import { expect, test } from "vitest";
import { testSpec } from "@/lib/coordinator/testing/contexts";
import { correctSpec, withMeasuredSize } from "./correct-spec";

const inferred = { ...testSpec, model_size_gb: { value: 14, source: "name" as const, confidence: "low" as const }, parameters: { value: 7e9, source: "name" as const, confidence: "low" as const } };

test("a correction is the person's, and what follows from it is computed anew", () => {
  const spec = correctSpec(inferred, { parameters: 40e9, model_size_gb: 80 });
  expect(spec.parameters).toEqual({ value: 40e9, source: "person", confidence: "high" });
  expect(spec.min_vram_gb.value).toBeCloseTo(96.5);
  expect(spec.preferred_methods).toEqual(["gptq"]);
  expect(spec.layers).toEqual(inferred.layers);
});

test("a measured figure beats all", () => {
  const measured = withMeasuredSize(inferred, 13.5);
  expect(correctSpec(measured, { model_size_gb: 80, license: "mit" }).model_size_gb).toEqual({ value: 13.5, source: "measured", confidence: "high" });
});

test("nothing corrected, nothing changed", () => {
  expect(correctSpec(inferred, {})).toBe(inferred);
});
