import { expect, test } from "vitest";
import { testView } from "@/lib/experiments/testing/views";
import { correlations, epsilonSquared, importances, methodRows, ranksOf, samplesOf, slicesOf } from "./prepare";

const samples = samplesOf([{ ...testView(), trace: [] }]);

test("solutions become ratios to their baseline, without the baseline itself", () => {
  expect(samples).toHaveLength(2);
  expect(samples[0]?.params).toMatchObject({ runtime: "transformers" });
  expect(samplesOf([{ ...testView({ solutions: [] }), trace: [] }])).toEqual([]);
});

test("a parameter that decides everything has a share of one, one that decides nothing none", () => {
  const decides = [1, 1, 2, 2, 3, 3].map((value) => ({ group: String(value), value }));
  expect(epsilonSquared(decides)).toBeCloseTo(1);
  const nothing = [1, 2, 1, 2, 1, 2, 1, 2].map((value, index) => ({ group: String(index >> 2), value }));
  expect(epsilonSquared(nothing)).toBe(0);
  expect(epsilonSquared(decides.slice(0, 3))).toBeNull();
  expect(epsilonSquared([1, 1, 1, 1].map((value, i) => ({ group: String(i % 2), value })))).toBeNull();
});

test("ties share their ranks, and too few solutions have no correlation", () => {
  expect(ranksOf([3, 1, 3, 2])).toEqual([3.5, 1, 3.5, 2]);
  expect(correlations(samples).accuracy.latency_ms).toBeNull();
  const four = [1, 2, 3, 4].map((factor) => ({ ...samples[0]!, ratios: { accuracy: factor, latency_ms: -factor, memory_gb: 1, model_size_gb: factor ** 3, co2_grams: 2 } }));
  const { accuracy } = correlations(four);
  expect(accuracy.latency_ms).toBeCloseTo(-1);
  expect(accuracy.model_size_gb).toBeCloseTo(1);
  expect(accuracy.memory_gb).toBeNull();
});

test("methods and slices group what was tried", () => {
  const many = ["2", "10", "2", "4"].map((bits, index) => ({ ...samples[0]!, method: "rtn", onFront: index === 0, params: { "rtn.bits": bits } }));
  expect(methodRows(many)).toMatchObject([{ method: "rtn", count: 4, onFront: 1 }]);
  expect(slicesOf(many, "rtn.bits").map(({ value, samples: own }) => [value, own.length])).toEqual([["2", 2], ["4", 1], ["10", 1]]);
  expect(importances(many)[0]).toMatchObject({ param: "rtn.bits", count: 4, values: 3 });
});
