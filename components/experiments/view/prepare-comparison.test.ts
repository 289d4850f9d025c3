import { describe, expect, test } from "vitest";
import { figure, solution } from "@/components/testing/solutions";
import { prepareAblation, prepareComparison } from "./prepare-comparison";

const range = (value: number, half: number) => ({ value, low: value - half, high: value + half });

describe("side by side", () => {
  const points = [solution(3, { accuracy: 0.6, latency_ms: 2 }), solution(5, { accuracy: 0.59, latency_ms: 1.95 }), solution(7, { latency_ms: 1 })];

  test("answers to the same items decide where they are stored, else both intervals together", () => {
    const rows = prepareComparison(points, [{ number: 5, accuracy: range(-0.01, 0.004), benchmarks: [] }]);
    expect(rows[0]?.cells[0]?.difference).toBeNull();
    expect(rows[0]?.cells[1]?.difference).toEqual({ text: "−1.0 ± 0.40 pt", verdict: "worse", paired: true });
    expect(rows[0]?.cells[2]?.difference).toMatchObject({ paired: false });
    expect(rows[1]?.cells[1]?.difference).toMatchObject({ text: "−2.5 %", verdict: "within" });
    expect(rows[1]?.cells[2]?.difference).toMatchObject({ text: "−50.0 %", verdict: "better" });
  });

  test("several benchmarks have a row each", () => {
    const difference = range(0, 0.01);
    const benchmarks = ["a", "b"].map((name) => ({ name, difference, items: 20 }));
    expect(prepareComparison(points, [{ number: 5, accuracy: difference, benchmarks }]).slice(5).map(({ label, cells }) => [label, cells.map((cell) => cell.difference?.verdict)])).toEqual([
      ["a", [undefined, "within", undefined]],
      ["b", [undefined, "within", undefined]],
    ]);
  });
});

describe("what each step gained", () => {
  const recipe = (runtime: string, ...methods: string[]) => ({ version: 1 as const, runtime, steps: methods.map((method) => ({ method, params: {} })) });
  const base = solution(0, {}, { recipe: recipe("transformers") });
  const pruned = solution(1, { latency_ms: 1 }, { recipe: recipe("transformers", "structured") });
  const both = solution(2, { latency_ms: 0.5 }, { recipe: recipe("transformers", "structured", "gptq") });

  test("each step against the recipe before it", () => {
    const steps = prepareAblation(both, [base, pruned, both]);
    expect(steps.map(({ label, number }) => [label, number])).toEqual([["structured", 1], ["gptq", 2]]);
    expect(steps[1]?.changes.find(({ key }) => key === "latency_ms")?.difference.text).toBe("−50.0 %");
  });

  test("a step is left open where the recipe before it was not measured", () => {
    const steps = prepareAblation(both, [base, both]);
    expect(steps.map(({ number, changes }) => [number, changes.length])).toEqual([[null, 0], [2, 0]]);
  });

  test("another runtime is said to be a part of the change", () => {
    const moved = solution(4, {}, { recipe: recipe("onnxruntime", "rtn") });
    expect(prepareAblation({ ...moved, figures: { ...moved.figures, accuracy: figure(0.5) } }, [base, moved])[0]?.label).toBe("rtn in onnxruntime");
    expect(prepareAblation(base, [base])).toEqual([]);
  });
});
