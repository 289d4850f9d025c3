import { placeOf, prepareAxis, type Axis } from "@/components/charts/axis";
import { columnsOf } from "@/components/charts/columns";
import { objectiveOf, type ObjectiveKey } from "@/lib/domain/objectives";
import type { SolutionPoint } from "@/lib/experiments/page-schema";

/** Every solution as a line over parallel axes: decided here, only drawn by the chart. */

export interface ParallelAxis extends Axis {
  /** Whether the high end is on top. The better end is, unless the reader turned the axis round. */
  highOnTop: boolean;
}

export interface ParallelModel {
  axes: ParallelAxis[];
  /** Heights from 0 to 1 above the foot of each axis, all axes of a point after each other; not a number where there is no place. */
  heights: Float32Array;
  withoutPlace: number;
}

export interface ParallelView {
  order: readonly ObjectiveKey[];
  flipped: readonly ObjectiveKey[];
  log: readonly ObjectiveKey[];
}

export function prepareParallel(points: readonly SolutionPoint[], { order, flipped, log }: ParallelView): ParallelModel {
  const axes = order.map((key): ParallelAxis => ({
    ...prepareAxis(key, points, log.includes(key)),
    highOnTop: (objectiveOf(key).direction === "max") !== flipped.includes(key),
  }));
  const count = axes.length;
  const heights = new Float32Array(points.length * count);
  const broken = new Uint8Array(points.length);
  const columns = columnsOf(points);
  axes.forEach((axis, k) => {
    const { value } = columns[axis.key];
    for (let index = 0; index < points.length; index++) {
      const height = heightOf(axis, value[index] as number);
      heights[index * count + k] = height;
      if (!Number.isFinite(height)) broken[index] = 1;
    }
  });
  return { axes, heights, withoutPlace: broken.reduce((sum, one) => sum + one, 0) };
}

export function heightOf(axis: ParallelAxis, value: number): number {
  const place = placeOf(axis, value);
  return axis.highOnTop ? place : 1 - place;
}

/**
 * Index of the line nearest to a point of the chart, given in axes across (1.5 is halfway between the second and the
 * third) and in heights; null when none comes within `reach` heights of it.
 */
export function nearestLine({ axes, heights }: ParallelModel, allowed: ArrayLike<number>, across: number, height: number, reach: number): number | null {
  const count = axes.length;
  const left = Math.min(count - 2, Math.max(0, Math.floor(across)));
  const share = Math.min(1, Math.max(0, across - left));
  let best: number | null = null;
  let least = reach;
  for (let index = 0; index < allowed.length; index++) {
    if (!allowed[index]) continue;
    const at = (heights[index * count + left] as number) * (1 - share) + (heights[index * count + left + 1] as number) * share;
    const distance = Math.abs(at - height);
    if (distance <= least) {
      best = index;
      least = distance;
    }
  }
  return best;
}
