import { expect, test } from "vitest";
import { goalSchema, limitsSchema, steerSchema } from "@/lib/experiments/schema";
import { changesOf, goalFromFlags } from "./steer-flags";

test("flags become constraints and limits; the preset's floor stays unless another is given", () => {
  const { goal, limits } = goalFromFlags({ preset: "quality", maxMemory: "8", maxCarbon: "5" });
  expect(goalSchema.parse(goal).constraints).toEqual([
    { objective: "memory_gb", bound: 8, relative: false },
    { objective: "accuracy", bound: 0.98, relative: true },
  ]);
  expect(limitsSchema.parse(limits)).toEqual({ carbonGrams: 5, usd: null, tokens: null, targetHypervolume: null });
  expect(goalFromFlags({ preset: "quality", maxAccuracyLoss: "5" }).goal.constraints).toEqual([{ objective: "accuracy", bound: 0.95, relative: true }]);
  const spoken = { goal: { constraints: [{ objective: "accuracy" as const, bound: 0.9, relative: true }] }, limits: { usd: 3 } };
  expect(goalFromFlags({ maxAccuracyLoss: "1", maxCarbon: "2" }, spoken)).toMatchObject({ goal: { constraints: [{ bound: 0.99 }] }, limits: { usd: 3, carbonGrams: 2 } });
  expect(() => goalFromFlags({ maxMemory: "much" })).toThrow(/--max-memory needs a number/);
});

test("each flag of steer is one change that the API takes", () => {
  const recipe = { steps: [{ method: "gptq", params: {} }] };
  const changes = changesOf({ pin: "gptq", forbid: "awq, nf4", next: "r.json", addEpisodes: "2", addHours: "0.5" }, () => recipe);
  expect(changes.map((change) => steerSchema.parse(change).kind)).toEqual(["method", "method", "method", "next", "extend"]);
  expect(changes.at(-1)).toEqual({ kind: "extend", add: { episodes: 2, hours: 0.5 } });
  expect(changesOf({ next: "none" }, () => recipe)).toEqual([{ kind: "next", recipe: null }]);
});
