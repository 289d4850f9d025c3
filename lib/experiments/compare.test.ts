import { expect, test } from "vitest";
import { pairedDifferences } from "./compare";

const scores = (right: number, of: number, from = 0) => Array.from({ length: of }, (_, index) => (index >= from && index < from + right ? 1 : 0));

test("items answered alike carry no doubt; the mean over the benchmarks is the accuracy's difference", () => {
  const { accuracy, benchmarks } = pairedDifferences({ a: scores(60, 100), b: scores(50, 100) }, { a: scores(60, 100), b: scores(40, 100) });
  expect(benchmarks[0]?.difference).toEqual({ value: 0, low: 0, high: 0 });
  expect(accuracy?.value).toBeCloseTo(-0.05);
  // Ten of a hundred answers lost is more than chance, although the two scores' own intervals (±0.098) overlap.
  expect(benchmarks[1]?.difference.high).toBeLessThan(0);
  expect(accuracy?.high).toBeLessThan(0);
});

test("what cannot be paired is left out and leaves the whole undecided", () => {
  const { accuracy, benchmarks } = pairedDifferences({ a: scores(6, 10), b: scores(5, 10) }, { a: scores(7, 10), b: scores(3, 8) });
  expect(benchmarks.map(({ name }) => name)).toEqual(["a"]);
  expect(accuracy).toBeNull();
  expect(pairedDifferences({}, {}).accuracy).toBeNull();
});
