import { expect, test } from "vitest";
import { emptyGoal } from "./goal-draft";
import { planOf } from "./plan";

const choice = (name: string, items: number) => ({ name, title: name, like: "", metric: "accuracy", items, own: false, available: true, reason: "", remedy: "" });
const choices = [choice("a", 300), choice("b", 10)];
const draft = { model: "pocket", benchmarks: ["a", "b"], maxEpisodes: "6", budgetHours: "1", seed: "0", itemLimit: "", strategy: "hybrid", goal: emptyGoal, specCorrections: {} };

test("items are counted over the chosen benchmarks, up to the limit", () => {
  expect(planOf(draft, choices).join(" ")).toContain("310 items of 2 benchmarks");
  expect(planOf({ ...draft, itemLimit: "20" }, choices).join(" ")).toContain("30 items of 2 benchmarks");
  expect(planOf({ ...draft, benchmarks: ["b"], maxEpisodes: "1" }, choices).join(" ")).toMatch(/at most 1 episode:.*10 items of 1 benchmark,/);
});

test("what cannot be read from the form is left out, not guessed", () => {
  expect(planOf({ ...draft, benchmarks: [], maxEpisodes: "x", budgetHours: "-1" }, choices)).toHaveLength(1);
});
