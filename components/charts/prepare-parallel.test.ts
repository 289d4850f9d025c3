import { expect, test } from "vitest";
import { solution } from "@/components/testing/solutions";
import { objectiveKeys } from "@/lib/domain/objectives";
import { heightOf, nearestLine, prepareParallel } from "./prepare-parallel";

const best = solution(1, { accuracy: 0.8, latency_ms: 1, memory_gb: 1, model_size_gb: 1, co2_grams: 1 });
const worst = solution(0, { accuracy: 0.4, latency_ms: 3, memory_gb: 3, model_size_gb: 3, co2_grams: 3 });
const plain = { order: objectiveKeys, flipped: [], log: [] };

test("the better end is on top of every axis, until it is turned round", () => {
  const { heights } = prepareParallel([worst, best], plain);
  for (let k = 0; k < 5; k++) expect(heights[5 + k]).toBeGreaterThan(heights[k] as number);
  const turned = prepareParallel([worst, best], { ...plain, flipped: ["latency_ms"] });
  expect(turned.heights[6]).toBeLessThan(turned.heights[1] as number);
  expect(turned.heights[5]).toBe(heights[5]);
});

test("axes stand in the given order", () => {
  const { axes, heights } = prepareParallel([worst, best], { ...plain, order: [...objectiveKeys].reverse() });
  expect(axes.map(({ key }) => key)).toEqual([...objectiveKeys].reverse());
  expect(heights[4]).toBeCloseTo(heightOf(axes[4]!, 0.4));
});

test("the nearest line is found between axes too, among those that are shown", () => {
  const model = prepareParallel([worst, best], plain);
  const middle = ((model.heights[5] as number) + (model.heights[6] as number)) / 2;
  expect(nearestLine(model, [1, 1], 0.5, middle + 0.01, 0.05)).toBe(1);
  expect(nearestLine(model, [1, 0], 0.5, middle, 0.05)).toBeNull();
  expect(nearestLine(model, [1, 1], 4, model.heights[4] as number, 0.05)).toBe(0);
});

test("what a logarithmic axis cannot place is counted and never found", () => {
  const model = prepareParallel([solution(0, { co2_grams: 0 }), solution(1, { co2_grams: 2 })], { ...plain, log: ["co2_grams"] });
  expect(model.withoutPlace).toBe(1);
  expect(nearestLine(model, [1, 0], 4, 0.5, 1)).toBeNull();
});
