import { objectiveKeys, type ObjectiveKey } from "@/lib/domain/objectives";
import type { SolutionPoint } from "@/lib/experiments/page-schema";

/** One objective's figures and the ends of their intervals, in the order of the points, with the least and the largest figure. */
export interface Column {
  value: Float64Array;
  low: Float64Array;
  high: Float64Array;
  least: number;
  most: number;
}

export type Columns = Record<ObjectiveKey, Column>;

const known = new WeakMap<readonly SolutionPoint[], Columns>();
let newest: readonly SolutionPoint[] = [];

/** The points' figures by objective. A list that is another and some more is not read from its beginning again. */
export function columnsOf(points: readonly SolutionPoint[]): Columns {
  const found = known.get(points);
  if (found) return found;
  const before = known.get(newest);
  let same = 0;
  // A point that left the front is another object with the same figures.
  while (before && same < newest.length && newest[same]?.figures === points[same]?.figures) same++;
  const grown = before && same === newest.length ? before : null;
  const columns = Object.fromEntries(objectiveKeys.map((key) => [key, columnOf(key, points, grown?.[key])])) as Columns;
  known.set(points, columns);
  newest = points;
  return columns;
}

function columnOf(key: ObjectiveKey, points: readonly SolutionPoint[], before: Column | undefined): Column {
  const column: Column = { value: new Float64Array(points.length), low: new Float64Array(points.length), high: new Float64Array(points.length), least: before?.least ?? Infinity, most: before?.most ?? -Infinity };
  for (const part of ["value", "low", "high"] as const) if (before) column[part].set(before[part]);
  for (let index = before?.value.length ?? 0; index < points.length; index++) {
    const { value, low, high } = (points[index] as SolutionPoint).figures[key];
    column.value[index] = value;
    column.low[index] = low;
    column.high[index] = high;
    if (value < column.least) column.least = value;
    if (value > column.most) column.most = value;
  }
  return column;
}
