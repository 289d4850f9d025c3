import { placeOf, prepareAxis, type Axis } from "@/components/charts/axis";
import type { Scene } from "@/components/charts/scene";
import { objectiveOf, type ObjectiveKey } from "@/lib/domain/objectives";
import type { FigureRange, SolutionPoint } from "@/lib/experiments/page-schema";

/** What a scatter of two objectives shows: decided here, only drawn by the chart. */

export interface ScatterView {
  x: ObjectiveKey;
  y: ObjectiveKey;
  log: readonly ObjectiveKey[];
  zoom: { x: readonly [number, number]; y: readonly [number, number] } | null;
}

export interface ScatterModel {
  xAxis: Axis;
  yAxis: Axis;
  /** Places of the points from 0 to 1 across and up, in the order of the scene; not a number where there is none. */
  across: Float64Array;
  up: Float64Array;
  /** Indices of the points that are best by the two axes alone, in the order of x. */
  steps: number[];
  /** Whether the corner of a step lies at the next point's x (else at its y). */
  cornerAtNext: boolean;
  withoutPlace: number;
}

export function prepareScatter(points: readonly SolutionPoint[], view: ScatterView): ScatterModel {
  const xAxis = prepareAxis(view.x, points, view.log.includes(view.x), view.zoom?.x);
  const yAxis = prepareAxis(view.y, points, view.log.includes(view.y), view.zoom?.y);
  const across = Float64Array.from(points, ({ figures }) => placeOf(xAxis, figures[view.x].value));
  const up = Float64Array.from(points, ({ figures }) => placeOf(yAxis, figures[view.y].value));
  let withoutPlace = 0;
  for (let i = 0; i < points.length; i++) if (!Number.isFinite(across[i]) || !Number.isFinite(up[i])) withoutPlace++;
  const xSign = objectiveOf(view.x).direction === "min" ? 1 : -1;
  const ySign = objectiveOf(view.y).direction === "min" ? 1 : -1;
  const steps = staircase(points, across, up, xSign, ySign);
  return { xAxis, yAxis, across, up, steps, cornerAtNext: xSign === 1, withoutPlace };
}

/** The front by two objectives: in the order of the better x, every point that reaches a better y than all before it. */
function staircase(points: readonly SolutionPoint[], across: Float64Array, up: Float64Array, xSign: number, ySign: number): number[] {
  const placed = points.flatMap(({ feasible, partial }, index) => (feasible && !partial && Number.isFinite(across[index]) && Number.isFinite(up[index]) ? [index] : []));
  const at = (places: Float64Array, index: number, sign: number): number => sign * (places[index] as number);
  placed.sort((a, b) => at(across, a, xSign) - at(across, b, xSign) || at(up, a, ySign) - at(up, b, ySign));
  const steps: number[] = [];
  let best = Infinity;
  for (const index of placed) {
    const value = at(up, index, ySign);
    if (value >= best) continue;
    best = value;
    steps.push(index);
  }
  return steps.sort((a, b) => (across[a] as number) - (across[b] as number));
}

/** The two ends of an interval as places; one that a logarithmic axis does not have ends at the edge. */
export function spanOf(axis: Axis, figure: FigureRange): [number, number] {
  const low = placeOf(axis, figure.low);
  return [Number.isFinite(low) ? low : 0, placeOf(axis, figure.high)];
}

/** What is not drawn, and why. */
export function omissions(scene: Scene, withoutPlace: number, failedEpisodes: number, intervals: boolean): string[] {
  const left: string[] = [];
  if (withoutPlace > 0) left.push(`${withoutPlace} at zero or below, for which a logarithmic axis has no place`);
  if (failedEpisodes > 0) left.push(`${failedEpisodes} failed ${failedEpisodes === 1 ? "episode" : "episodes"}, which ${failedEpisodes === 1 ? "has" : "have"} no figures`);
  if (intervals && scene.points.length > mostIntervals) left.push("the intervals of dominated solutions, too many to be read");
  return left;
}

/** With more points than this, intervals are drawn for the front and the selection only. */
export const mostIntervals = 400;
