import { expect, test } from "vitest";
import { checkDraft } from "./check-draft";
import { fieldOf, firstField } from "./choices";
import { emptyGoal } from "./goal-draft";

const draft = { model: "pocket", benchmarks: ["a"], maxEpisodes: "6", budgetHours: "0.5", seed: "0", itemLimit: "", strategy: "hybrid", goal: emptyGoal, specCorrections: {} };

test("a sound draft becomes numbers; no item limit means all items", () => {
  const checked = checkDraft(draft);
  expect(checked).toMatchObject({ ok: true, launch: { maxEpisodes: 6, budgetHours: 0.5, itemLimit: null } });
});

test.each([
  ["model", { model: "  " }],
  ["benchmarks", { benchmarks: [] }],
  ["maxEpisodes", { maxEpisodes: "0" }],
  ["maxEpisodes", { maxEpisodes: "1.5" }],
  ["maxEpisodes", { maxEpisodes: "many" }],
  ["budgetHours", { budgetHours: "-1" }],
  ["itemLimit", { itemLimit: "0" }],
])("%s with %o is one problem of that field", (field, change) => {
  const checked = checkDraft({ ...draft, ...change });
  expect(checked.ok).toBe(false);
  if (!checked.ok) expect(checked.problems.map((problem) => problem.field)).toEqual([field]);
});

test("problems belong to fields by their root, and focus goes in page order", () => {
  const problem = (field: string) => ({ field, message: "", remedy: "" });
  expect(fieldOf(problem("benchmarks.2"))).toBe("benchmarks");
  expect(fieldOf(problem("recipe"))).toBeNull();
  expect(firstField([problem("seed"), problem("maxEpisodes"), problem("x")])).toBe("maxEpisodes");
  expect(firstField([problem("x")])).toBeNull();
});
