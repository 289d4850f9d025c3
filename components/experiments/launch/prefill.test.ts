import { expect, test } from "vitest";
import { emptyGoal } from "./goal-draft";
import { readPrefill } from "./prefill";

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
