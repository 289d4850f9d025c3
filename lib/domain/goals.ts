import { objectiveOf, objectives, type Figures, type ObjectiveKey } from "./objectives";

/**
 * What a person is after: how much each objective counts, and what must hold. Weights steer which recipe is tried
 * next; constraints decide which solutions may stand on the front.
 */

export const goalPresets = ["balanced", "quality", "smallest", "fastest", "greenest", "quick"] as const;
export type GoalPreset = (typeof goalPresets)[number];

export type Weights = Record<ObjectiveKey, number>;

/**
 * A bound on one objective: at least this much accuracy, at most this much of a cost. `relative` bounds are ratios to
 * the baseline (0.98 for accuracy: a loss of at most 2 %), others are in the objective's own unit.
 */
export interface Constraint {
  objective: ObjectiveKey;
  bound: number;
  relative: boolean;
}

export interface PresetInfo {
  title: string;
  summary: string;
  weights: Partial<Weights>;
  constraints: readonly Constraint[];
}

const accuracyShare = (bound: number): Constraint => ({ objective: "accuracy", bound, relative: true });

/** What is not named weighs 1. */
export const presetInfo: Record<GoalPreset, PresetInfo> = {
  balanced: { title: "Balanced", summary: "All five objectives count alike.", weights: {}, constraints: [] },
  quality: { title: "Quality first", summary: "Accuracy counts most; a loss of more than 2 % is out.", weights: { accuracy: 4 }, constraints: [accuracyShare(0.98)] },
  smallest: { title: "Smallest", summary: "Bytes on disk and in memory count most.", weights: { model_size_gb: 4, memory_gb: 2 }, constraints: [accuracyShare(0.8)] },
  fastest: { title: "Fastest", summary: "Time per token counts most.", weights: { latency_ms: 4 }, constraints: [accuracyShare(0.8)] },
  greenest: { title: "Greenest", summary: "CO2 per token counts most.", weights: { co2_grams: 4 }, constraints: [accuracyShare(0.8)] },
  quick: { title: "Quick look", summary: "Few episodes on few items: what is there to gain at all?", weights: {}, constraints: [] },
};

export function weightsOf(preset: GoalPreset, own: Partial<Weights> = {}): Weights {
  const given = { ...presetInfo[preset].weights, ...own };
  return Object.fromEntries(objectives.map(({ key }) => [key, given[key] ?? 1])) as Weights;
}

/** The bound in the objective's own unit. */
export function boundOf({ objective, bound, relative }: Constraint, baseline: Figures): number {
  return relative ? bound * baseline[objective] : bound;
}

/**
 * Whether a solution may stand on the front: it keeps the constraints, and it was measured in full. One whose scoring
 * ended early was surely worse, and its accuracy is too rough to say otherwise.
 */
export function mayStand({ feasible, partial }: { feasible: boolean; partial: boolean }): boolean {
  return feasible && !partial;
}

/** The constraints that these figures break; none where they are feasible. */
export function brokenBy(figures: Figures, baseline: Figures, constraints: readonly Constraint[]): Constraint[] {
  return constraints.filter((constraint) => {
    const bound = boundOf(constraint, baseline);
    const value = figures[constraint.objective];
    return objectiveOf(constraint.objective).direction === "max" ? value < bound : value > bound;
  });
}
