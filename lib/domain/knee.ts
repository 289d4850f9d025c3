import { objectives, type Figures } from "./objectives";
import { frontOf, type Identified } from "./pareto";
import { referenceAccuracyShare } from "./hypervolume";

/**
 * The knee: the front's best compromise. Each objective is scaled to 0 (best on the front) to 1 (worst on it) and
 * the point nearest to the ideal corner is taken; of equals the first.
 *
 * With a baseline, points below half of its accuracy are left aside as long as others exist: a broken model is
 * cheap in four objectives and would otherwise pull the scale and the choice towards itself.
 */
export function kneeOf<Id extends string | number>(items: readonly Identified<Id>[], baseline?: Figures): Id | null {
  const front = frontOf(items);
  const members = items.filter((item) => front.has(item.id));
  const usable = baseline
    ? members.filter((item) => item.figures.accuracy >= referenceAccuracyShare * baseline.accuracy)
    : members;
  const candidates = usable.length > 0 ? usable : members;

  const ranges = objectives.map(({ key }) => {
    const values = candidates.map((item) => item.figures[key]);
    return { low: Math.min(...values), high: Math.max(...values) };
  });
  let best: { id: Id; distance: number } | null = null;
  for (const { id, figures } of candidates) {
    const distance = Math.hypot(
      ...objectives.map(({ key, direction }, k) => {
        const { low, high } = ranges[k] as { low: number; high: number };
        if (high === low) return 0;
        return (direction === "max" ? high - figures[key] : figures[key] - low) / (high - low);
      }),
    );
    if (best === null || distance < best.distance) best = { id, distance };
  }
  return best?.id ?? null;
}
