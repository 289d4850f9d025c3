import { describe, expect, test } from "vitest";
import { solution } from "@/components/testing/solutions";
import type { EpisodeView } from "@/lib/experiments/schema";
import { hypervolumes, prepareEpisodes } from "./prepare-episodes";

function episode(number: number, over: Partial<EpisodeView> = {}): EpisodeView {
  const decision = {
    action: "quantization",
    label: `recipe ${number}`,
    recipe: null,
    reasoning: "",
    decidedBy: "search" as const,
    fallbackNote: null,
    languageModel: null,
    tokens: null,
    expected: null,
    gain: null,
    evidence: [],
    alternatives: [],
  };
  return { number, status: "done", decision, error: null, frontImproved: false, hypervolume: null, seconds: null, artifact: null, reusedFrom: null, startedAt: "2026-01-01T00:00:00Z", endedAt: null, ...over };
}

describe("results", () => {
  test("newest first, each with what it is today", () => {
    const rows = prepareEpisodes(
      [
        episode(0, { decision: null }),
        episode(1, { frontImproved: true }),
        episode(2, { frontImproved: true }),
        episode(3),
        episode(4, { status: "failed" }),
        episode(5, { status: "evaluating" }),
      ],
      [solution(0, {}), solution(1, {}), solution(2, {}, { onFront: true }), solution(3, {})],
    );
    expect(rows.map((row) => [row.number, row.result])).toEqual([
      [5, "running"],
      [4, "failed"],
      [3, "dominated"],
      [2, "front"],
      [1, "passed"],
      [0, "baseline"],
    ]);
  });

  test("a decision by the coordinator to end has no solution and is not a failure", () => {
    expect(prepareEpisodes([episode(1)], [])[0]?.result).toBe("ended");
  });
});

test("who decided, with the language model's name", () => {
  const by = (decision: Partial<NonNullable<EpisodeView["decision"]>>) =>
    prepareEpisodes([episode(1, { decision: { ...(episode(1).decision as NonNullable<EpisodeView["decision"]>), ...decision } })], [])[0]?.decidedBy;
  expect(by({})).toBe("decided by the search");
  expect(by({ decidedBy: "model", languageModel: "gpt-5-mini" })).toBe("decided by gpt-5-mini");
  expect(by({ decidedBy: "model" })).toBe("decided by the language model");
  expect(by({ decidedBy: "baseline" })).toBe("");
});

test("phases leave out what took no time; the gain is the difference to the episode before that had a volume", () => {
  const rows = prepareEpisodes(
    [
      episode(0, { hypervolume: 0.00005 }),
      episode(1, { status: "failed" }),
      episode(2, { hypervolume: 0.06005, seconds: { decide: 0.2, compress: 8, evaluate: 14, overhead: 0 } }),
      episode(3, { hypervolume: 0.06005 }),
    ],
    [],
  );
  expect(rows[1]?.phases).toBe("decide 200 ms · compress 8.0 s · measure 14 s");
  expect(rows[1]?.hypervolumeGain).toBe("+0.0600 hypervolume");
  expect(rows[0]?.hypervolumeGain).toBe("");
});

test("the sparkline leaves out episodes without a volume", () => {
  expect(hypervolumes([episode(2, { hypervolume: 3 }), episode(0, { hypervolume: 1 }), episode(1)])).toEqual([1, 3]);
});
