import { addedVolume, gainsOf } from "@/lib/domain/hypervolume";
import { formatNumber } from "@/lib/domain/format";
import { objectiveKeys, type Figures } from "@/lib/domain/objectives";
import type { DecisionRecord, Recipe } from "@/lib/experiments/schema";
import type { DecisionContext } from "../context";
import { actionOf, hashOfRecipe, labelOf } from "../recipes";
import { Space, type Candidate } from "../space";
import { defaultPicks } from "./default-picks";
import { Predictor, type Prediction } from "./predict";
import { normals } from "./random";

/**
 * The search policy: a pure function of the context, the same for the same context and seed.
 *
 * First the default picks. Then, of all legal untried recipes near a method's defaults or a tried recipe, the one
 * with the highest expected improvement: the mean hypervolume that it would add over samples of its prediction,
 * times its chance to succeed. It says "end" when no legal recipe is left.
 */

const mostCandidates = 400;
const shortlist = 30;
const samples = 16;
const alternativesShown = 5;

export interface Ranked {
  recipe: Recipe;
  label: string;
  score: number;
  candidate: Candidate;
  prediction: Prediction;
}

interface Chosen {
  recipe: Recipe;
  reasoning: string;
}

export function searchDecision(context: DecisionContext): DecisionRecord {
  const space = new Space(context.methods, context.runtimes, context.spec);
  const tried = triedHashes(context);
  const ranked = rankCandidates(context, space);
  const chosen = nextPick(context, space, tried) ?? bestOf(context, ranked);
  if (!chosen) return endDecision(context);
  const hash = hashOfRecipe(chosen.recipe);
  return {
    action: actionOf(chosen.recipe, context.methods),
    label: labelOf(chosen.recipe, context.methods),
    recipe: chosen.recipe,
    reasoning: chosen.reasoning,
    decidedBy: "search",
    fallbackNote: null,
    languageModel: null,
    tokens: null,
    alternatives: ranked
      .filter(({ candidate }) => candidate.hash !== hash)
      .slice(0, alternativesShown)
      .map(({ label, recipe, score }) => ({ label, recipe, score })),
  };
}

/** Hashes of all recipes that have an outcome, failures and refusals too: none of them is proposed again. */
export function triedHashes({ solutions, failures, refused }: DecisionContext): Set<string> {
  const recipes = [...[...solutions, ...failures].map(({ recipe }) => recipe), ...refused];
  return new Set(recipes.flatMap((recipe) => (recipe ? [hashOfRecipe(recipe)] : [])));
}

function nextPick(context: DecisionContext, space: Space, tried: ReadonlySet<string>): Chosen | null {
  const untried = defaultPicks(space, context.spec).filter(({ recipe }) => !tried.has(hashOfRecipe(recipe)));
  // A method that has only failed so far fails again in a pipeline: the episode is better spent elsewhere.
  const pick = untried.find(({ recipe }) => recipe.steps.every(({ method }) => !onlyFails(context, method)));
  if (!pick) return null;
  return { recipe: pick.recipe, reasoning: `${labelOf(pick.recipe, context.methods)}. ${pick.why}` };
}

function onlyFails(context: DecisionContext, method: string): boolean {
  const uses = (recipe: Recipe | null) => recipe?.steps.some((step) => step.method === method) ?? false;
  return context.failures.some(({ recipe }) => uses(recipe)) && !context.solutions.some(({ recipe }) => uses(recipe));
}

/** Legal untried recipes, best first; of equal scores the earlier found. The model policy shows the top of this list. */
export function rankCandidates(context: DecisionContext, space = new Space(context.methods, context.runtimes, context.spec)): Ranked[] {
  const predictor = new Predictor(context, space);
  const front = context.solutions
    .filter((solution) => solution.onFront)
    .map(({ figures }) => gainsOf(figures, context.baseline))
    .filter((gains) => gains !== null);
  const drafts = candidatesOf(context, space, triedHashes(context)).map((candidate) => {
    const prediction = predictor.predict(candidate.recipe);
    // One deviation better everywhere: cheap, and it does not rule out what is merely uncertain.
    const hopeful = sampleGain(context.baseline, front, prediction, objectiveKeys.map(() => 1));
    return { candidate, prediction, hopeful: hopeful * weightOf(candidate, prediction) };
  });
  drafts.sort((a, b) => b.hopeful - a.hopeful);
  const draws = Array.from({ length: samples }, (_, i) => normals(context.seed + i * 7919, objectiveKeys.length));
  return drafts
    .slice(0, shortlist)
    .map(({ candidate, prediction }) => {
      const gains = draws.map((draw) => sampleGain(context.baseline, front, prediction, draw));
      const mean = gains.reduce((sum, gain) => sum + gain, 0) / draws.length;
      return { recipe: candidate.recipe, label: labelOf(candidate.recipe, context.methods), score: mean * weightOf(candidate, prediction), candidate, prediction };
    })
    .sort((a, b) => b.score - a.score);
}

/** Effort and numerics move a figure less than its own interval, so they wait until the rest is tried. */
function weightOf(candidate: Candidate, prediction: Prediction): number {
  return prediction.success * (candidate.minor ? 0.1 : 1);
}

function candidatesOf(context: DecisionContext, space: Space, tried: ReadonlySet<string>): Candidate[] {
  const found = new Map<string, Candidate>();
  const add = (candidates: Candidate[]) => {
    for (const candidate of candidates) {
      if (!tried.has(candidate.hash) && !found.has(candidate.hash)) found.set(candidate.hash, candidate);
    }
  };
  const defaults = space.defaults();
  add(defaults);
  const compressed = context.solutions.filter(({ isBaseline }) => !isBaseline);
  for (const { recipe } of [...compressed].sort((a, b) => Number(b.onFront) - Number(a.onFront))) {
    add(space.neighbours(recipe));
    if (found.size >= mostCandidates) break;
  }
  if (found.size < mostCandidates) for (const { recipe } of defaults) add(space.neighbours(recipe));
  return [...found.values()].slice(0, mostCandidates);
}

function sampleGain(baseline: Figures, front: number[][], prediction: Prediction, draw: readonly number[]): number {
  const figures = Object.fromEntries(
    objectiveKeys.map((key, k) => {
      const better = key === "accuracy" ? 1 : -1;
      const ratio = prediction.mean[key] * Math.exp(better * prediction.deviation[key] * (draw[k] as number));
      return [key, ratio * baseline[key]];
    }),
  ) as Figures;
  const gains = gainsOf(figures, baseline);
  return gains ? addedVolume(gains, front) : 0;
}

function bestOf(context: DecisionContext, ranked: readonly Ranked[]): Chosen | null {
  const best = ranked[0];
  if (!best) return null;
  const { candidate, prediction } = best;
  const origin = candidate.from
    ? `${labelOf(candidate.from, context.methods)} with ${candidate.change}`
    : `${candidate.change}, not tried so far`;
  const expected =
    `accuracy ${formatNumber(prediction.mean.accuracy * context.baseline.accuracy)}, ` +
    `size ${formatNumber(prediction.mean.model_size_gb)} and latency ${formatNumber(prediction.mean.latency_ms)} times the baseline's`;
  return {
    recipe: best.recipe,
    reasoning:
      `${best.label}: ${origin}. From the nearest tried recipes it is expected at ${expected}, ` +
      `which would add ${formatNumber(best.score)} to the front's hypervolume of ${formatNumber(context.hypervolume)}: ` +
      `the most of the ${ranked.length} best legal recipes that are not tried yet.`,
  };
}

function endDecision(context: DecisionContext): DecisionRecord {
  const available = context.methods.filter((method) => method.availability.available).length;
  return {
    action: "end",
    label: "End",
    recipe: null,
    reasoning:
      available === 0
        ? "No compression method is available on this runner, so there is nothing to try. The list of methods says how to enable each."
        : "Every legal recipe near what was tried has been tried, so there is nothing left to learn here.",
    decidedBy: "search",
    fallbackNote: null,
    languageModel: null,
    tokens: null,
    alternatives: [],
  };
}
