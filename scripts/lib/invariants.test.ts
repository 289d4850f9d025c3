import { expect, test } from "vitest";
import { checkEpisodes } from "./invariants";

const done = (number: number): { number: number; status: string; ended: boolean; error: null } => ({ number, status: "done", ended: true, error: null });
const all = { reason: "max_episodes" };

test("episodes 0 to N, each once and ended, are in order", () => {
  expect(checkEpisodes([done(0), done(1), done(2)], all, 2)).toEqual([]);
});

test("a missing, a doubled and an open episode are found", () => {
  expect(checkEpisodes([done(0), done(2)], all, 2)).toHaveLength(1);
  expect(checkEpisodes([done(0), done(1), done(1)], all, 2)).toHaveLength(1);
  expect(checkEpisodes([done(0), { ...done(1), status: "evaluating", ended: false }], all, 1)).toEqual(["episode 1 is evaluating"]);
});

test("an honest failure passes, a lost episode does not", () => {
  const failed = (code: string | undefined): { number: number; status: string; ended: boolean; error: { code?: string } } => ({ number: 1, status: "failed", ended: true, error: { code } });
  expect(checkEpisodes([done(0), failed("artifact_unloadable")], all, 1)).toEqual([]);
  expect(checkEpisodes([done(0), failed("interrupted")], all, 1)).toHaveLength(1);
  expect(checkEpisodes([done(0), failed(undefined)], all, 1)).toEqual(["episode 1 failed without a reason"]);
});

test("an experiment that ended early need not have all episodes", () => {
  expect(checkEpisodes([done(0), done(1)], { reason: "no_improvement" }, 9)).toEqual([]);
});
