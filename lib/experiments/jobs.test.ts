import { expect, test } from "vitest";
import { raceOf } from "./jobs";
import { goalSchema } from "./schema";
import { testView } from "./testing/views";

test("the baseline races against nobody", () => {
  expect(raceOf(testView({ solutions: [] }))).toBeNull();
});

test("a candidate races against the front, and against the tightest floor of accuracy", () => {
  const constraints = [
    { objective: "accuracy" as const, bound: 0.5, relative: false },
    { objective: "accuracy" as const, bound: 0.95, relative: true },
    { objective: "memory_gb" as const, bound: 1, relative: false },
  ];
  const race = raceOf(testView({ goal: goalSchema.parse({ constraints }) }));
  expect(race?.floor).toBeCloseTo(0.05 * 0.74);
  expect(race?.rivals?.map(({ artifact, model_size_gb }) => [artifact, model_size_gb])).toEqual([
    ["hash-1", 0.006],
    ["hash-2", 0.002],
  ]);
  expect(raceOf(testView())?.floor).toBeNull();
});
