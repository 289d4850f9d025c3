import { objectiveKeys } from "@/lib/domain/objectives";
import type { Expectation, Recipe } from "@/lib/experiments/schema";
import type { DecisionContext } from "../context";
import type { Rank, Ranked } from "../rank";
import { hashOfRecipe, labelOf } from "../recipes";

/** Rankings for tests, of the shape that the runner's search answers. */

export const int8: Recipe = { version: 1, steps: [{ method: "int8", params: { threshold: 6 } }], runtime: "transformers" };
export const nf4: Recipe = { version: 1, steps: [{ method: "nf4", params: {} }], runtime: "transformers" };

const expected = Object.fromEntries(objectiveKeys.map((key) => [key, { ratio: 0.9, low: 0.8, high: 1 }])) as Expectation;

export function ranked(recipe: Recipe, gain: number, origin: Ranked["origin"] = "search"): Ranked {
  return { recipe, label: labelOf(recipe), origin, reason: `${labelOf(recipe)} is expected to add ${gain}.`, expected, gain: { mean: gain, sd: gain / 2 }, feasible: 0.9, evidence: [] };
}

/** INT8 before NF4; what is proposed comes first where it is expected to add more than they. */
export function rankWith(gainOfProposals: number, change: { stop?: boolean; empty?: boolean; problems?: string[] } = {}): Rank & { asked: { context: DecisionContext; proposals: Recipe[] }[] } {
  const asked: { context: DecisionContext; proposals: Recipe[] }[] = [];
  const rank: Rank = async (context, proposals) => {
    asked.push({ context, proposals: [...proposals] });
    const own = change.empty ? [] : [ranked(int8, 0.02), ranked(nf4, 0.01)];
    const offered = proposals.map((recipe) => ranked(recipe, gainOfProposals, "model"));
    const refused = change.problems ?? [];
    const all = [...(refused.length > 0 ? [] : offered), ...own].sort((a, b) => b.gain.mean - a.gain.mean);
    const candidates = all.filter(({ recipe }, index) => all.findIndex((other) => hashOfRecipe(other.recipe) === hashOfRecipe(recipe)) === index);
    return {
      candidates,
      proposals: offered.map((candidate) => ({ recipe: candidate.recipe, candidate: refused.length > 0 ? null : candidate, problems: refused })),
      pool: candidates.length,
      pins: change.empty ? 0 : context.controls.pinned.length,
      stop: { advised: change.stop ?? false, reason: "Too little is left to gain." },
    };
  };
  return Object.assign(rank, { asked });
}
