import { expect, test } from "vitest";
import { testView } from "@/lib/experiments/testing/views";
import { prepareEpisodeFacts } from "./prepare-episode";

const [, first] = testView().episodes;

test("the course says when, how long each phase took, and what it did to the hypervolume", () => {
  const episode = { ...first!, hypervolume: 0.3, decision: { ...first!.decision!, gain: { mean: 0.05, sd: 0.01 } } };
  const facts = prepareEpisodeFacts({ episode, solutions: [], hypervolumeBefore: 0.2, last: 3 });
  const text = facts.map(({ label, value, note }) => [label, value, note].filter(Boolean).join(" | "));
  expect(text).toContain("Compressing | 3.0 s");
  expect(text).toContain("Hypervolume after it | 0.300 | 0.100 more than before, expected 0.0500 ± 0.0100 more");
  const running = prepareEpisodeFacts({ episode: { ...first!, endedAt: null, hypervolume: null, seconds: null }, solutions: [], hypervolumeBefore: null, last: 1 });
  expect(running.map(({ value }) => value)).toEqual(["2026-11-21 10:00:00 UTC", "not yet"]);
});
