import { expect, test } from "vitest";
import { figure, solution } from "@/components/testing/solutions";
import { besideOnFront, prepareBenchmarks, prepareFigures, prepareNeighbours } from "./prepare-figures";

const baseline = solution(0, {});

test("figures stand beside the baseline's, item by item where that is known, and beside the same runtime's", () => {
  const mine = solution(3, { accuracy: 0.49, latency_ms: 1 }, {
    accuracyDelta: figure(-0.01, 0.004),
    reference: { runtime: "onnxruntime", dtype: "float32", latency_ms: figure(1.02, 0.1), memory_gb: figure(0.04), model_size_gb: figure(0.02) },
  });
  const [accuracy, latency, , , co2] = prepareFigures(mine, baseline);
  expect(accuracy).toMatchObject({ value: "0.490 ± 0.020", samples: "n = 10", baseline: "0.500 ± 0.020", toBaseline: { verdict: "worse", paired: true }, reference: null });
  expect(latency).toMatchObject({ unit: "ms/token ↓", toBaseline: { text: "−50.0 %", verdict: "better" }, toReference: { verdict: "within" } });
  expect(co2).toMatchObject({ reference: null, toReference: null });
  expect(prepareFigures(baseline, baseline).every((row) => row.baseline === null && row.toBaseline === null)).toBe(true);
  // Without the answers, two intervals are compared.
  expect(prepareFigures({ ...mine, accuracyDelta: null }, baseline)[0]?.toBaseline).toMatchObject({ verdict: "within", paired: false });
});

test("benchmarks carry version, items and the difference item by item", () => {
  const mine = solution(3, {}, { benchmarks: [{ name: "a", metric: "acc", score: figure(0.5, 0.1), delta: figure(0.1, 0.02) }, { name: "b", metric: "acc", score: figure(0.4), delta: null }] });
  expect(prepareBenchmarks(mine, { a: "2" })).toMatchObject([
    { name: "a", version: "2", score: "0.500 ± 0.100", items: 10, difference: { verdict: "better", paired: true } },
    { name: "b", version: "", difference: null },
  ]);
});

test("neighbours are the next better point in each objective, each named once", () => {
  const front = (number: number, accuracy: number, latency_ms: number) => solution(number, { accuracy, latency_ms }, { onFront: true });
  const mine = front(2, 0.5, 1);
  const related = [solution(1, { accuracy: 0.9 }), mine, front(4, 0.6, 0.5), front(5, 0.8, 2), front(7, 0.4, 0.8)];
  expect(prepareNeighbours(mine, related)).toEqual([
    { number: 4, label: "solution 4", why: "next better in accuracy" },
    { number: 7, label: "solution 7", why: "next better in latency" },
  ]);
  expect([besideOnFront(5, related).before?.number, besideOnFront(5, related).after?.number]).toEqual([4, 7]);
  expect(besideOnFront(2, related).before).toBeUndefined();
});
