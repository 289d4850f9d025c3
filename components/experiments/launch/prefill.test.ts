import { expect, test } from "vitest";
import { controlsSchema, goalSchema, limitsSchema } from "@/lib/experiments/schema";
import { testView } from "@/lib/experiments/testing/views";
import { checkDraft } from "./check-draft";
import { emptyGoal } from "./goal-draft";
import { prefillFrom, readPrefill } from "./prefill";

const known = [
  { name: "a", available: true },
  { name: "b", available: true },
  { name: "c", available: false },
];

test("an empty address means the pocket model with every benchmark that can run", () => {
  expect(readPrefill({}, known)).toEqual({
    draft: { model: "pocket", benchmarks: ["a", "b"], maxEpisodes: "6", budgetHours: "1", seed: "0", itemLimit: "", strategy: "hybrid", goal: emptyGoal, specCorrections: {} },
    unknownBenchmarks: [],
  });
});

test("the address wins, once or repeated, and unknown benchmarks are told apart", () => {
  const prefill = readPrefill({ model: "/models/x", benchmarks: ["b", "zz"], episodes: "0", hours: "-1", items: "20", seed: "7" }, known);
  expect(prefill.draft).toEqual({ model: "/models/x", benchmarks: ["b"], maxEpisodes: "0", budgetHours: "-1", seed: "7", itemLimit: "20", strategy: "hybrid", goal: emptyGoal, specCorrections: {} });
  expect(prefill.unknownBenchmarks).toEqual(["zz"]);
});

test("nothing is called unknown while the runner's list is missing", () => {
  expect(readPrefill({ benchmarks: "a,zz" }, []).unknownBenchmarks).toEqual([]);
});

test("another experiment's launch comes back whole: goal, limits, rules and templates by their titles", () => {
  const view = testView({
    model: "/models/x",
    benchmarks: ["b"],
    itemLimit: 20,
    goal: goalSchema.parse({ preset: "quality", words: "small", weights: { latency_ms: 3 }, constraints: [{ objective: "accuracy", bound: 0.95, relative: true }, { objective: "co2_grams", bound: 0.5, relative: true }, { objective: "memory_gb", bound: 2, relative: false }] }),
    limits: limitsSchema.parse({ carbonGrams: 5, tokens: 1000 }),
    controls: controlsSchema.parse({ forbidden: ["pruning"] }),
    templates: [{ title: "Four bits", summary: "", recipe: { version: 1, steps: [], runtime: "transformers" } }],
  });
  const { draft } = prefillFrom(view, known, [{ name: "four", title: "Four bits" }, { name: "two", title: "Two bits" }]);
  const checked = checkDraft(draft);
  expect(checked.ok && checked.launch).toMatchObject({
    model: "/models/x",
    benchmarks: ["b"],
    itemLimit: 20,
    maxEpisodes: view.maxEpisodes,
    goal: { ...view.goal, constraints: expect.arrayContaining(view.goal.constraints) },
    limits: view.limits,
    rules: { forbidden: ["pruning"] },
    templates: ["four"],
    reuse: true,
    planning: false,
  });
});
