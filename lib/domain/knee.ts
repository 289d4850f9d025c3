import { objectives, type Figures, type ObjectiveKey } from "./objectives";
import { frontOf, type Identified } from "./pareto";
import { referenceAccuracyShare } from "./hypervolume";

/** How much each objective counts in a choice; only the proportions matter. */
export type Weights = Record<ObjectiveKey, number>;

export const equalWeights = Object.fromEntries(objectives.map(({ key }) => [key, 1])) as Weights;

/**
 * The knee: the front's best compromise when all objectives count alike.
 *
 * With a baseline, points below half of its accuracy are left aside as long as others exist: a broken model is
 * cheap in four objectives and would otherwise pull the scale and the choice towards itself.
 */
export function kneeOf<Id extends string | number>(items: readonly Identified<Id>[], baseline?: Figures): Id | null {
  const front = frontOf(items);
  return rankCompromises(items.filter((item) => front.has(item.id)), equalWeights, baseline)[0]?.id ?? null;
}

/**
 * The members of a front, the best compromise first. Each objective is scaled to 0 (best of them) to 1 (worst), and
 * the weighted distance to the ideal corner decides; of equals the first comes first.
 */
export function rankCompromises<Id extends string | number>(
  front: readonly Identified<Id>[],
  weights: Weights,
  baseline?: Figures,
): { id: Id; distance: number }[] {
  const usable = baseline ? front.filter((item) => item.figures.accuracy >= referenceAccuracyShare * baseline.accuracy) : front;
  const candidates = usable.length > 0 ? usable : front;
  const scales = objectives.map(({ key, direction }) => {
    let low = Infinity;
    let high = -Infinity;
    for (const { figures } of candidates) {
      low = Math.min(low, figures[key]);
      high = Math.max(high, figures[key]);
    }
    return { key, best: direction === "max" ? high : low, width: high - low, weight: weights[key] };
  });
  return candidates
    .map(({ id, figures }) => ({
      id,
      distance: Math.hypot(...scales.map(({ key, best, width, weight }) => (width > 0 ? (weight * Math.abs(figures[key] - best)) / width : 0))),
    }))
    .sort((a, b) => a.distance - b.distance);
}
