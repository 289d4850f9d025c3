import { expect, test } from "vitest";
import { presetInfo } from "@/lib/domain/goals";
import { controlsSchema, goalSchema, limitsSchema } from "./goal-schema";

test("what is not given is the preset's, and what is stored parses to itself", () => {
  const goal = goalSchema.parse({ preset: "quality" });
  expect(goal.constraints).toEqual(presetInfo.quality.constraints);
  expect(goalSchema.parse(goal)).toEqual(goal);
  expect(goalSchema.parse({ preset: "quality", constraints: [] }).constraints).toEqual([]);
});

test("a bound that nothing can keep, an unknown objective and an empty budget are refused", () => {
  const bad = (constraint: object) => goalSchema.safeParse({ constraints: [constraint] }).success;
  expect(bad({ objective: "accuracy", bound: 1.2, relative: true })).toBe(false);
  expect(bad({ objective: "speed", bound: 1 })).toBe(false);
  expect(bad({ objective: "memory_gb", bound: 0 })).toBe(false);
  expect(limitsSchema.safeParse({ carbonGrams: 0 }).success).toBe(false);
  expect(limitsSchema.safeParse({ carbon: 1 }).success).toBe(false);
});

test("an experiment of before has no limits and nothing set", () => {
  expect(limitsSchema.parse({})).toEqual({ carbonGrams: null, usd: null, tokens: null, targetHypervolume: null });
  expect(controlsSchema.parse({})).toEqual({ paused: false, allowed: [], forbidden: [], pinned: [], next: null, idleSince: null, idleSeconds: 0 });
});
