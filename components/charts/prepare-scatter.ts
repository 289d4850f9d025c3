import { scaleFor, type Scale } from "@/lib/domain/format";
import { objectiveOf, type Direction, type ObjectiveKey } from "@/lib/domain/objectives";
import { paretoFront } from "@/lib/domain/pareto";
import type { SolutionView } from "@/lib/experiments/schema";

/** What the scatter shows: decided here, only drawn by the chart. */

export interface ScatterView {
  x: ObjectiveKey;
  y: ObjectiveKey;
  logX: boolean;
  logY: boolean;
}

export type Mark = "front" | "dominated" | "baseline";

export interface ScatterPoint {
  number: number;
  label: string;
  method: string;
  mark: Mark;
  x: number;
  y: number;
  /** Distances from the value to the ends of its 95 % interval, in the axis's unit. */
  xError: [low: number, high: number];
  yError: [low: number, high: number];
}

export interface Axis {
  key: ObjectiveKey;
  title: string;
  log: boolean;
  scale: Scale;
  /** Ends of the axis with some room, as Plotly wants them: logarithms on a logarithmic axis. */
  range: [number, number];
}

export interface ScatterModel {
  points: ScatterPoint[];
  /** Best by the two axes alone, in the order of x. */
  line: { x: number[]; y: number[]; shape: "hv" | "vh" };
  xAxis: Axis;
  yAxis: Axis;
  /** What is not drawn, and why. */
  omitted: string[];
}

export function prepareScatter(solutions: readonly SolutionView[], view: ScatterView, failedEpisodes: number): ScatterModel {
  const drawable = solutions.filter((solution) => isDrawable(solution, view.x, view.logX) && isDrawable(solution, view.y, view.logY));
  const xScale = scaleOf(drawable, view.x);
  const yScale = scaleOf(drawable, view.y);
  const points = drawable.map((solution): ScatterPoint => {
    const x = scaled(solution, view.x, xScale, view.logX);
    const y = scaled(solution, view.y, yScale, view.logY);
    const { number, label, method } = solution;
    return { number, label, method, mark: markOf(solution), x: x.value, y: y.value, xError: x.error, yError: y.error };
  });
  return {
    points,
    line: lineOf(points, objectiveOf(view.x).direction, objectiveOf(view.y).direction),
    xAxis: axisOf(view.x, view.logX, xScale, points.map((point) => [point.x, point.xError])),
    yAxis: axisOf(view.y, view.logY, yScale, points.map((point) => [point.y, point.yError])),
    omitted: omissions(solutions.length - drawable.length, failedEpisodes),
  };
}

export function markOf(solution: SolutionView): Mark {
  if (solution.isBaseline) return "baseline";
  return solution.onFront ? "front" : "dominated";
}

function isDrawable(solution: SolutionView, key: ObjectiveKey, log: boolean): boolean {
  const { value } = solution.figures[key];
  return Number.isFinite(value) && (!log || value > 0);
}

function scaleOf(solutions: readonly SolutionView[], key: ObjectiveKey): Scale {
  return scaleFor(key, Math.max(0, ...solutions.map((solution) => solution.figures[key].value)));
}

function scaled(solution: SolutionView, key: ObjectiveKey, scale: Scale, log: boolean): { value: number; error: [number, number] } {
  const figure = solution.figures[key];
  const value = figure.value * scale.factor;
  // The lower end of an interval may reach zero, which a logarithmic axis does not have.
  const low = Math.max(figure.low * scale.factor, log ? value / 100 : -Infinity);
  return { value, error: [Math.max(0, value - low), Math.max(0, figure.high * scale.factor - value)] };
}

/** Steps, because nothing was measured between two points: each step keeps the nearer point's worse coordinate. */
function lineOf(points: readonly ScatterPoint[], x: Direction, y: Direction): ScatterModel["line"] {
  const front = paretoFront(points.map((point) => [point.x, point.y]), [x, y])
    .map((index) => points[index] as ScatterPoint)
    .sort((a, b) => a.x - b.x || a.y - b.y);
  return { x: front.map((point) => point.x), y: front.map((point) => point.y), shape: x === "min" ? "hv" : "vh" };
}

function axisOf(key: ObjectiveKey, log: boolean, scale: Scale, spans: [value: number, error: [number, number]][]): Axis {
  const { label, direction } = objectiveOf(key);
  const title = `${label}${scale.unit ? `, ${scale.unit}` : ""} ${direction === "max" ? "↑" : "↓"} better`;
  return { key, title, log, scale, range: rangeOf(spans, log) };
}

function rangeOf(spans: [value: number, error: [number, number]][], log: boolean): [number, number] {
  if (spans.length === 0) return log ? [-1, 1] : [0, 1];
  const place = log ? Math.log10 : (value: number) => value;
  const low = Math.min(...spans.map(([value, error]) => place(value - error[0])));
  const high = Math.max(...spans.map(([value, error]) => place(value + error[1])));
  const width = high - low;
  const room = width > 0 ? width * 0.08 : Math.max(Math.abs(high) * 0.1, 0.05);
  return [low - room, high + room];
}

/** The smallest range that holds both; live axes only grow, so that nothing jumps under the reader's eye. */
export function growRange(before: [number, number] | null, now: [number, number]): [number, number] {
  return before ? [Math.min(before[0], now[0]), Math.max(before[1], now[1])] : now;
}

function omissions(withoutLogarithm: number, failedEpisodes: number): string[] {
  const left: string[] = [];
  if (withoutLogarithm > 0) left.push(`${withoutLogarithm} at zero or below, which a logarithmic axis cannot show`);
  if (failedEpisodes > 0) left.push(`${failedEpisodes} failed ${failedEpisodes === 1 ? "episode" : "episodes"}, which ${failedEpisodes === 1 ? "has" : "have"} no figures`);
  return left;
}
