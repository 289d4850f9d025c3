import { expect, test } from "vitest";
import { figure, solution } from "@/components/testing/solutions";
import { tradeSentence } from "./trade";

const plain = solution(5, { accuracy: 0.6, latency_ms: 2, memory_gb: 1, model_size_gb: 1, co2_grams: 1 }, { label: "INT8" });

test("gains, then what they cost, the largest first, with the doubt of each", () => {
  const chosen = solution(3, { accuracy: 0.594, latency_ms: 1.5, memory_gb: 1, model_size_gb: 0.5, co2_grams: 1 });
  expect(tradeSentence(chosen, plain)).toBe("Against #5 INT8: 50 % smaller and 25 % faster, for 0.60 ± 2.8 points of accuracy.");
  expect(tradeSentence(plain, chosen)).toBe("Against #3 solution 3: 0.60 ± 2.8 points more accurate, for 100 % larger and 33 % slower.");
});

test("what lies within the intervals is said to, and what did not change is left out", () => {
  const chosen = solution(3, { accuracy: 0.6, latency_ms: 1.95, memory_gb: 1, model_size_gb: 1, co2_grams: 1 });
  expect(tradeSentence(chosen, plain)).toBe("Against #5 INT8: 2.5 % faster (within the intervals), at no cost that was measured.");
  expect(tradeSentence({ ...plain, figures: { ...plain.figures, accuracy: figure(0.6) } }, plain)).toBe("Against #5 INT8: no difference that was measured.");
});
