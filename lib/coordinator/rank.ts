import { objectiveKeys } from "@/lib/domain/objectives";
import { expectationSchema, recipeSchema, rulesOf, type Expectation, type Recipe } from "@/lib/experiments/schema";
import { searchNext, type SearchReply, type SearchRequest } from "@/lib/runner/client";
import type { DecisionContext } from "./context";
import { labelOf } from "./recipes";

/** A recipe that could come next, as the runner's search sees it. */
export interface Ranked {
  recipe: Recipe;
  label: string;
  origin: "default" | "memory" | "model" | "search";
  reason: string;
  expected: Expectation;
  gain: { mean: number; sd: number };
  /** Chance that it succeeds and keeps the constraints. */
  feasible: number;
  evidence: { source: string; similarity: number }[];
}

export interface Ranking {
  /** Best first. */
  candidates: Ranked[];
  /** Of each proposed recipe, in order: what is expected of it, or why it cannot come next. */
  proposals: { recipe: Recipe; candidate: Ranked | null; problems: string[] }[];
  pool: number;
  /** How many of the pinned names each candidate holds. */
  pins: number;
  stop: { advised: boolean; reason: string };
}

export type Rank = (context: DecisionContext, proposals: readonly Recipe[]) => Promise<Ranking>;

const candidatesAsked = 8;

/** Asks the runner's search, which keeps nothing: all that it may know is said each time. */
export const rankNext: Rank = async (context, proposals) => readReply(await searchNext(searchRequest(context, proposals)), context);

export function searchRequest(context: DecisionContext, proposals: readonly Recipe[]): SearchRequest {
  const measured = context.solutions.filter((solution) => !solution.isBaseline);
  const history = [
    ...measured.map(({ episode, recipe, figures, spread, partial }) => ({ episode, recipe, figures, spread, error: null, partial })),
    ...context.failures.flatMap(({ episode, recipe, error }) => (recipe ? [{ episode, recipe, figures: null, spread: null, error: error.code, partial: false }] : [])),
  ];
  return {
    model: context.model,
    strategy: context.strategy,
    history: history.sort((a, b) => a.episode - b.episode).map(({ episode: _, ...observation }) => observation),
    baseline: context.baseline,
    constraints: context.goal.constraints,
    weights: context.goal.weights,
    memory: context.memory,
    rules: rulesOf(context.controls),
    refused: context.refused,
    proposals: [...proposals],
    count: candidatesAsked,
    seed: context.seed,
  };
}

type WireCandidate = SearchReply["candidates"][number];

export function readReply({ candidates, proposals = [], pool, pins, stop }: SearchReply, context: DecisionContext): Ranking {
  const read = ({ recipe: wire, origin, reason, expected, gain, feasible, evidence = [] }: WireCandidate): Ranked => {
    const recipe = readRecipe(wire);
    return { recipe, label: labelOf(recipe, context.methods), origin, reason, expected: expectationSchema.parse(pick(expected)), gain, feasible, evidence };
  };
  return {
    candidates: candidates.map(read),
    proposals: proposals.map(({ recipe, candidate, problems = [] }) => ({
      recipe: readRecipe(recipe),
      candidate: candidate ? read(candidate) : null,
      problems: problems.map(({ message }) => message),
    })),
    pool,
    pins,
    stop,
  };
}

function pick(expected: WireCandidate["expected"]): Record<string, unknown> {
  return Object.fromEntries(objectiveKeys.map((key) => [key, expected[key]]));
}

/** The runner writes out what is not there; in a recipe of ours it is left out, and its hash would differ. */
export function readRecipe({ steps = [], ...recipe }: WireCandidate["recipe"]): Recipe {
  return recipeSchema.parse({ ...recipe, steps: steps.map(({ when, ...step }) => (when ? { ...step, when } : step)) });
}
