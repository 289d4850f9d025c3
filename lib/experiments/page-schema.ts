import { z } from "zod";
import type { ObjectiveKey } from "@/lib/domain/objectives";
import type { ArtifactRecord, EpisodeStatus, EpisodeView, Evaluation, ExperimentView, Figure, Recipe, ReusedFrom, SolutionView } from "./schema";

/**
 * What the experiment's page needs of ten thousand solutions at once: five figures with their intervals, and no
 * more. Everything else of a solution or an old episode is read when it is opened.
 */

export type FigureRange = Pick<Figure, "value" | "low" | "high">;
export type FigureRanges = Record<ObjectiveKey, FigureRange>;

export interface SolutionPoint extends Pick<SolutionView, "number" | "label" | "method" | "isBaseline" | "onFront" | "feasible" | "partial" | "earlyStop" | "artifactHash" | "labels"> {
  recipe: Recipe;
  figures: FigureRanges;
}

/** One episode in the course of an experiment; there is one for every episode, however old. */
export interface EpisodeTrace {
  number: number;
  status: EpisodeStatus;
  hypervolume: number | null;
}

export interface ExperimentPageView extends Omit<ExperimentView, "solutions"> {
  solutions: SolutionPoint[];
  trace: EpisodeTrace[];
  /** The newest ones, oldest first; `trace` tells how many there are. */
  episodes: ExperimentView["episodes"];
}

/** What changed since an event: episodes, trace and solutions hold the changed ones only. */
export interface ExperimentChanges extends ExperimentPageView {
  /** Numbers of all solutions on the front: a newcomer may have passed any of them. */
  front: number[];
}

/** Puts changes into a view; the same changes twice make no difference, and older ones are ignored. */
export function mergeChanges(before: ExperimentPageView, { front, ...changes }: ExperimentChanges): ExperimentPageView {
  if (changes.lastSeq <= before.lastSeq) return before;
  const onFront = new Set(front);
  const merged = mergeByNumber(before.solutions, changes.solutions);
  const isRight = (each: SolutionPoint): boolean => each.onFront === onFront.has(each.number);
  return {
    ...changes,
    // The same list where nothing of it changed, so that no chart is drawn again.
    solutions: merged.every(isRight) ? merged : merged.map((each) => (isRight(each) ? each : { ...each, onFront: !each.onFront })),
    trace: mergeByNumber(before.trace, changes.trace),
    episodes: mergeByNumber(before.episodes, changes.episodes),
  };
}

function mergeByNumber<T extends { number: number }>(before: T[], changed: T[]): T[] {
  if (changed.length === 0) return before;
  const last = before.at(-1)?.number ?? -1;
  if (changed.every(({ number }) => number > last)) return [...before, ...changed];
  const merged = new Map([...before, ...changed].map((each) => [each.number, each]));
  return [...merged.values()].sort((a, b) => a.number - b.number);
}

/** What the pages of one solution and one episode need of their experiment. */
export type ExperimentTitle = Pick<ExperimentView, "id" | "name" | "model" | "benchmarks" | "itemLimit" | "seed" | "lastSeq" | "limits" | "maxEpisodes">;

export function titleOf({ id, name, model, benchmarks, itemLimit, seed, lastSeq, limits, maxEpisodes }: ExperimentTitle): ExperimentTitle {
  return { id, name, model, benchmarks, itemLimit, seed, lastSeq, limits, maxEpisodes };
}

/** One solution with all that was measured, how its artifact was made, and the solutions that tell what it is worth. */
export interface SolutionDetails {
  solution: SolutionView;
  artifact: ArtifactRecord | null;
  reusedFrom: ReusedFrom | null;
  measured: Pick<Evaluation, "seed" | "versions" | "seconds"> & { benchmarkVersions: Record<string, string> };
  related: SolutionPoint[];
}

/** The solutions that tell what one is worth: itself, the baseline, the front, and those with a part of its recipe. */
export function relatedTo({ number, recipe }: Pick<SolutionView, "number" | "recipe">, points: readonly SolutionPoint[]): SolutionPoint[] {
  const isPart = ({ steps }: Recipe): boolean => steps.length <= recipe.steps.length && JSON.stringify(steps) === JSON.stringify(recipe.steps.slice(0, steps.length));
  return points.filter((point) => point.number === number || point.isBaseline || point.onFront || isPart(point.recipe));
}

/** One episode, and what its result is compared with. */
export interface EpisodeDetails {
  episode: EpisodeView;
  /** Its own solution and the baseline, as far as they are there. */
  solutions: SolutionPoint[];
  /** Hypervolume before it; null where there was none. */
  hypervolumeBefore: number | null;
  /** Number of the newest episode. */
  last: number;
}

/** Two to six solutions, of which the first is what the others are compared with. */
export const comparisonSchema = z.object({
  numbers: z
    .string()
    .regex(/^\d{1,7}(,\d{1,7}){1,5}$/, "Name two to six solutions by their numbers, with commas between.")
    .transform((text) => text.split(",").map(Number)),
});

/** Differences to the first solution, item by item, where both have the answers of the same items. */
export interface PairedDifference {
  number: number;
  /** The mean over the benchmarks, as accuracy is; null where the answers of a benchmark cannot be paired. */
  accuracy: FigureRange | null;
  benchmarks: { name: string; difference: FigureRange; items: number }[];
}

/** A prompt that a solution's artifact is to continue. */
export const answerRequestSchema = z.object({
  number: z.number().int().min(0),
  prompt: z.string().trim().min(1, "Write a prompt.").max(8000, "At most 8,000 characters."),
  maxTokens: z.number().int().min(1).max(512).default(64),
});
export type AnswerRequest = z.output<typeof answerRequestSchema>;

export type AnswerView = { key: string } & (
  | { state: "done"; text: string; tokens: number; ended: boolean }
  | { state: "failed"; message: string; remedy: string }
  | { state: "waiting"; message: string }
);
