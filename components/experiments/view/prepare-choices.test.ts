import { expect, test } from "vitest";
import { solution } from "@/components/testing/solutions";
import { prepareChoices } from "./prepare-choices";

test("nothing is proposed while there is nothing to choose from", () => {
  expect(prepareChoices([])).toEqual([]);
  expect(prepareChoices([solution(0, {}, { onFront: true })])).toEqual([]);
});

test("the knee first; one point that is best at several stands once; dominated points never", () => {
  const proposals = prepareChoices([
    solution(0, { accuracy: 0.6, latency_ms: 4, memory_gb: 4, model_size_gb: 4, co2_grams: 4 }, { onFront: true }),
    solution(1, { accuracy: 0.58, latency_ms: 2, memory_gb: 2, model_size_gb: 2, co2_grams: 2 }, { onFront: true }),
    solution(2, { accuracy: 0.35, latency_ms: 1.8, memory_gb: 1.8, model_size_gb: 1.8, co2_grams: 1.8 }, { onFront: true }),
    solution(3, { accuracy: 0.3, latency_ms: 3 }),
  ]);
  expect(proposals.map(({ number, titles }) => [number, titles])).toEqual([
    [1, ["Best compromise (knee)"]],
    [0, ["Most accurate"]],
    [2, ["Fastest", "Least memory", "Smallest", "Least CO2"]],
  ]);
  expect(proposals[1]?.deltas).toEqual([]);
  expect(proposals[0]?.deltas).toHaveLength(5);
});
