import { expect, test } from "vitest";
import { boundOf, brokenBy, presetInfo, weightsOf, type Constraint } from "./goals";
import type { Figures } from "./objectives";

const baseline: Figures = { accuracy: 0.8, latency_ms: 10, memory_gb: 4, model_size_gb: 2, co2_grams: 1 };
const accuracy: Constraint = { objective: "accuracy", bound: 0.98, relative: true };
const memory: Constraint = { objective: "memory_gb", bound: 3, relative: false };

test("a relative bound is a share of the baseline, an absolute one is in the objective's unit", () => {
  expect(boundOf(accuracy, baseline)).toBeCloseTo(0.784);
  expect(boundOf(memory, baseline)).toBe(3);
});

test("accuracy is bounded from below, costs from above; a figure on the bound keeps it", () => {
  expect(brokenBy({ ...baseline, accuracy: 0.78, memory_gb: 3 }, baseline, [accuracy, memory])).toEqual([accuracy]);
  expect(brokenBy({ ...baseline, accuracy: 0.79, memory_gb: 3.01 }, baseline, [accuracy, memory])).toEqual([memory]);
  expect(brokenBy({ ...baseline, memory_gb: 2 }, baseline, [accuracy, memory])).toEqual([]);
});

test("a person's weight replaces the preset's; what neither names weighs 1", () => {
  expect(weightsOf("quality", { latency_ms: 2 })).toEqual({ ...presetInfo.quality.weights, accuracy: 4, latency_ms: 2, memory_gb: 1, model_size_gb: 1, co2_grams: 1 });
});
