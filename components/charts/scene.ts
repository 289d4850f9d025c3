import type { ChartTheme } from "@/components/charts/use-chart-theme";
import { methodColour } from "@/components/charts/palette";
import { columnsOf } from "@/components/charts/columns";
import { prepareAxis, placeOf } from "@/components/charts/axis";
import { objectiveKeys, objectiveOf, type ObjectiveKey } from "@/lib/domain/objectives";
import type { SolutionPoint } from "@/lib/experiments/page-schema";

/** What all linked views share: the points, what each of them is, and which pass the filters. */

export type Mark = "front" | "dominated" | "infeasible" | "baseline";

/** The two ends that a figure may have, in the objective's own unit; null leaves an end open. */
export type Range = readonly [low: number | null, high: number | null];
export type Ranges = Partial<Record<ObjectiveKey, Range>>;

export interface Scene {
  points: readonly SolutionPoint[];
  marks: readonly Mark[];
  /** 1 where a point passes the filters, in the order of the points. */
  shown: Uint8Array;
  shownCount: number;
  /** Share of resamples in which a solution is on the front, by number; empty until it is known. */
  shares: ReadonlyMap<number, number>;
  baseline: SolutionPoint | undefined;
}

export interface Filters {
  ranges: Ranges;
  frontOnly: boolean;
}

/** Below this share of resamples a place on the front is drawn as uncertain. */
export const certainShare = 0.9;

export function markOf({ isBaseline, onFront, feasible, partial }: Pick<SolutionPoint, "isBaseline" | "onFront" | "feasible" | "partial">): Mark {
  if (isBaseline) return "baseline";
  if (!feasible || partial) return "infeasible";
  return onFront ? "front" : "dominated";
}

export function prepareScene(points: readonly SolutionPoint[], { ranges, frontOnly }: Filters, shares: Scene["shares"]): Scene {
  const shown = new Uint8Array(points.length);
  const columns = columnsOf(points);
  const limits = objectiveKeys.flatMap((key) => (ranges[key] ? [{ value: columns[key].value, range: ranges[key] }] : []));
  let shownCount = 0;
  points.forEach((point, index) => {
    if (frontOnly && !point.onFront && !point.isBaseline) return;
    for (const { value, range } of limits) if (!isWithin(value[index] as number, range)) return;
    shown[index] = 1;
    shownCount++;
  });
  return { points, marks: points.map(markOf), shown, shownCount, shares, baseline: points.find((point) => point.isBaseline) };
}

export function isWithin(value: number, [low, high]: Range): boolean {
  return (low === null || value >= low) && (high === null || value <= high);
}

export function isUncertain(scene: Scene, point: SolutionPoint): boolean {
  const share = scene.shares.get(point.number);
  return point.onFront && share !== undefined && share < certainShare;
}

export type ColourBy = "mark" | "method" | ObjectiveKey;

/** One colour for each point; by an objective, the better the stronger. */
export function prepareColours(points: readonly SolutionPoint[], by: ColourBy, theme: ChartTheme): string[] {
  if (by === "mark") return points.map((point) => theme[markOf(point)]);
  if (by === "method") return points.map((point) => (point.isBaseline ? theme.baseline : methodColour(point.method)));
  const axis = prepareAxis(by, points, false);
  const up = objectiveOf(by).direction === "max";
  return points.map((point) => {
    const place = Math.min(1, Math.max(0, placeOf(axis, point.figures[by].value)));
    return theme.ramp[Math.round((up ? place : 1 - place) * (theme.ramp.length - 1))] as string;
  });
}

/** Radii in pixels; by an objective, the larger the figure the larger the area. */
export function prepareRadii(points: readonly SolutionPoint[], by: ObjectiveKey | null): number[] | null {
  if (!by) return null;
  let largest = 0;
  for (const { figures } of points) largest = Math.max(largest, figures[by].value);
  return points.map(({ figures }) => 3 + 9 * Math.sqrt(Math.max(0, figures[by].value) / (largest || 1)));
}
