import { expect, test } from "vitest";
import { emptyGoal, readCorrections, readGoal, withPreset } from "./goal-draft";

test("empty fields bound nothing; percent and units become constraints", () => {
  expect(readGoal(emptyGoal)).toEqual({ goal: { preset: "balanced", constraints: [] }, limits: { carbonGrams: null, usd: null, targetHypervolume: null }, problems: [] });
  const { goal, limits } = readGoal({ ...withPreset(emptyGoal, "quality"), memoryGb: "8", carbonGrams: "2.5" });
  expect(goal).toEqual({
    preset: "quality",
    constraints: [
      { objective: "accuracy", bound: 0.98, relative: true },
      { objective: "memory_gb", bound: 8, relative: false },
    ],
  });
  expect(limits.carbonGrams).toBe(2.5);
});

test("what is no number above zero is a problem of its field", () => {
  const { problems } = readGoal({ ...emptyGoal, accuracyLoss: "100", latencyMs: "fast", usd: "-1" });
  expect(problems.map(({ field }) => field)).toEqual(["goal.accuracyLoss", "goal.latencyMs", "goal.usd"]);
});

test("a preset brings its own floor of accuracy and keeps the rest", () => {
  const draft = withPreset({ ...emptyGoal, memoryGb: "4" }, "smallest");
  expect(draft).toMatchObject({ preset: "smallest", accuracyLoss: "20", memoryGb: "4" });
  expect(withPreset(draft, "balanced").accuracyLoss).toBe("");
});

test("corrections read sizes as people write them", () => {
  expect(readCorrections({ parameters: "1.1B", layers: "22", license: " mit ", model_family: "" }).corrections).toEqual({ parameters: 1.1e9, layers: 22, license: "mit" });
  expect(readCorrections({ parameters: "many", layers: "2.5" }).problems.map(({ field }) => field)).toEqual(["specCorrections.parameters", "specCorrections.layers"]);
});
