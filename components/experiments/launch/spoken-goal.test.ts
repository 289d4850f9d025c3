import { expect, test } from "vitest";
import { noRules } from "@/lib/experiments/rules-schema";
import type { ParsedGoal } from "@/lib/planning/goal/schema";
import { checkDraft } from "./check-draft";
import { emptyGoal } from "./goal-draft";
import { extraText, fillDraft } from "./spoken-goal";

const draft = { model: "pocket", benchmarks: ["a"], maxEpisodes: "6", budgetHours: "1", seed: "0", itemLimit: "", strategy: "hybrid", goal: { ...emptyGoal, usd: "3" }, specCorrections: {} };

const silent = { maxEpisodes: null, budgetHours: null, itemLimit: null, carbonGrams: null, usd: null, tokens: null, targetHypervolume: null };

function parsed(words: string, goal: Partial<ParsedGoal["goal"]>, limits: Partial<ParsedGoal["limits"]>): ParsedGoal {
  return { words, goal: { preset: "balanced", weights: {}, constraints: [], ...goal }, limits: { ...silent, ...limits }, rules: noRules, understood: [], left: [], plannerNote: null };
}

test("words fill the fields that they speak of and leave the others as typed", () => {
  const filled = fillDraft(draft, parsed("smallest that keeps 95 %, at most 8 GB, 10 episodes, under 5 g CO2", { preset: "smallest", constraints: [{ objective: "accuracy", bound: 0.95, relative: true }, { objective: "memory_gb", bound: 8, relative: false }] }, { maxEpisodes: 10, carbonGrams: 5 }));
  expect(filled.goal).toEqual({ ...emptyGoal, preset: "smallest", accuracyLoss: "5", memoryGb: "8", carbonGrams: "5", usd: "3" });
  expect([filled.maxEpisodes, filled.budgetHours, filled.spoken.extras]).toEqual(["10", "1", []]);
});

test("what recipes may be made of is said besides what was chosen, and goes with the launch", () => {
  const words = { ...parsed("no pruning, only gptq", {}, {}), rules: { ...noRules, forbidden: ["pruning"], allowed: ["gptq"] } };
  const filled = fillDraft({ ...draft, rules: { ...noRules, forbidden: ["gptq"], pinned: ["awq"] } }, words);
  const checked = checkDraft(filled);
  expect(checked.ok && checked.launch.rules).toEqual({ allowed: ["gptq"], forbidden: ["pruning"], pinned: ["awq"] });
});

test("what has no field is shown, can be dropped, and goes with the launch", () => {
  const filled = fillDraft(draft, parsed("half the size, ignore CO2, at most 100k tokens", { weights: { co2_grams: 0 }, constraints: [{ objective: "model_size_gb", bound: 0.5, relative: true }] }, { tokens: 100_000 }));
  expect(filled.spoken.extras.map(extraText)).toEqual(["Size at most 50 % of the uncompressed model's", "CO2 does not count", "At most 100,000 tokens for language models"]);
  const checked = checkDraft(filled);
  expect(checked.ok && [checked.launch.goal, checked.launch.limits]).toEqual([
    { preset: "balanced", words: "half the size, ignore CO2, at most 100k tokens", weights: { accuracy: 1, latency_ms: 1, memory_gb: 1, model_size_gb: 1, co2_grams: 0 }, constraints: [{ objective: "model_size_gb", bound: 0.5, relative: true }] },
    { carbonGrams: null, usd: 3, tokens: 100_000, targetHypervolume: null },
  ]);
  const dropped = checkDraft({ ...filled, spoken: { ...filled.spoken, extras: [] } });
  expect(dropped.ok && dropped.launch.goal.constraints).toEqual([]);
});
