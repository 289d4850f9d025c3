import { expect, test } from "vitest";
import { testView } from "@/lib/experiments/testing/views";
import { factsOf } from "./facts";
import { methodsNamedIn, nextStepOf, sentencesOf } from "./words";

const usable = [
  { name: "gptq", action: "quantization" },
  { name: "int8", action: "quantization" },
  { name: "structured", action: "pruning" },
  { name: "asvd", action: "asvd" },
];

function view() {
  const made = testView();
  for (const [number, volume] of [0, 0.1, 0.25, 0.25].entries()) Object.assign(made.episodes[number] ?? {}, { hypervolume: volume });
  return made;
}

test("facts say what each method's episodes added and came to", () => {
  const { methods, done, failed } = factsOf(view());
  expect([done, failed]).toEqual([2, 1]);
  expect(methods.map(({ method, gain, episodes }) => [method, Number(gain.toFixed(3)), episodes])).toEqual([
    ["gptq", 0.15, [2]],
    ["structured", 0.15, [2]],
    ["int8", 0.1, [1]],
  ]);
  const int8 = methods.find(({ method }) => method === "int8");
  expect(int8?.model_size_gb.ratio).toBeCloseTo(0.006 / 0.0105, 6);
  expect(int8?.accuracy).toMatchObject({ ratio: 1, low: expect.closeTo(0.98, 6) as number, high: expect.closeTo(1.02, 6) as number });
});

test("an interval over several recipes is wider than their spread allows to say otherwise", () => {
  const two = view();
  const [, first, second] = two.solutions;
  if (first && second) second.recipe = first.recipe;
  const int8 = factsOf(two).methods.find(({ method }) => method === "int8");
  const ratios = [0.006 / 0.0105, 0.002 / 0.0105];
  expect(int8?.model_size_gb.low).toBeLessThan(Math.min(...ratios));
  expect(int8?.model_size_gb.high).toBeGreaterThan(Math.max(...ratios));
});

test("a figure is a surprise only where its interval leaves the expected one", () => {
  const surprised = view();
  const expected = (low: number, high: number) => ({ ratio: (low + high) / 2, low, high });
  const decision = surprised.episodes[1]?.decision;
  if (decision) decision.expected = { accuracy: expected(0.5, 0.9), latency_ms: expected(0.9, 1.1), memory_gb: expected(0.9, 1.1), model_size_gb: expected(0.5, 0.6), co2_grams: expected(0.9, 1) };
  expect(factsOf(surprised).surprises.map(({ objective, episode }) => [objective, episode])).toEqual([["accuracy", 1]]);
  expect(sentencesOf(factsOf(surprised)).join(" ")).toContain("Episode 1 (INT8): accuracy came to 1.00 (0.980 to 1.02) of the baseline's, outside the expected 0.500 to 0.900.");
});

test("a partial solution is no fact about figures", () => {
  const partial = view();
  for (const solution of partial.solutions) if (!solution.isBaseline) solution.partial = true;
  expect(factsOf(partial).methods).toEqual([]);
});

test("the next step is a person's wish, then what gained and is not combined, then what is not tried", () => {
  const now = view();
  const facts = factsOf(now);
  const wish = { id: "1", text: "Please try ASVD next", status: "todo" as const, author: "person" as const, evidence: [] };
  expect(nextStepOf(now, facts, [wish], usable)).toEqual({ text: "Do what a person asked for: Please try ASVD next", methods: ["asvd"], by: "person" });
  expect(nextStepOf(now, facts, [{ ...wish, status: "done" }], usable)?.methods).toEqual(["asvd"]);
  const apart = view();
  const second = apart.solutions[2];
  if (second) second.recipe = { ...second.recipe, steps: second.recipe.steps.slice(0, 1) };
  expect(nextStepOf(apart, factsOf(apart), [], usable)).toMatchObject({ methods: ["structured", "int8"], text: "Combine Structured with INT8: each gained, and no recipe has both" });
});

test("methods are named by whole words", () => {
  expect(methodsNamedIn("Use int8, not gptq2", usable)).toEqual(["int8"]);
});
