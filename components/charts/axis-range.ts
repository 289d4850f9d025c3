import { valueAt } from "@/components/charts/axis";
import { heightOf, type ParallelAxis } from "@/components/charts/prepare-parallel";
import type { Range } from "@/components/charts/scene";
import { formatNumber } from "@/lib/domain/format";

/** A range on an axis that stands upright, as heights from 0 to 1 above its foot. */
export interface RangeHeights {
  bottom: number;
  top: number;
}
export type RangeEnd = keyof RangeHeights;

const smallStep = 0.01;
const largeStep = 0.1;

export function rangeHeights(axis: ParallelAxis, range: Range | null): RangeHeights | null {
  if (!range) return null;
  const ends = range.map((end, index) => (end === null ? ((index === 0) === axis.highOnTop ? 0 : 1) : Math.min(1, Math.max(0, heightOf(axis, end)))));
  const [a, b] = ends as [number, number];
  return { bottom: Math.min(a, b), top: Math.max(a, b) };
}

/** An end drawn out to the axis' own end is left open, so that a later point beyond it is not lost. */
export function rangeOf(axis: ParallelAxis, bottom: number, top: number): Range | null {
  const value = (height: number): number => valueAt(axis, axis.highOnTop ? height : 1 - height);
  const low = axis.highOnTop ? bottom : top;
  const high = axis.highOnTop ? top : bottom;
  const open = (height: number): boolean => height <= 0 || height >= 1;
  const made: Range = [open(low) ? null : value(low), open(high) ? null : value(high)];
  return made[0] === null && made[1] === null ? null : made;
}

/** The range after a key on one of its ends; undefined for a key that means nothing here. An end stops at the other one. */
export function rangeAfterKey(axis: ParallelAxis, range: Range | null, end: RangeEnd, { key, shiftKey }: { key: string; shiftKey: boolean }): Range | null | undefined {
  if (key === "Delete" || key === "Backspace") return null;
  const heights = rangeHeights(axis, range) ?? { bottom: 0, top: 1 };
  const step = shiftKey ? largeStep : smallStep;
  const steps: Record<string, number> = { ArrowUp: step, ArrowRight: step, ArrowDown: -step, ArrowLeft: -step, PageUp: largeStep, PageDown: -largeStep, Home: -1, End: 1 };
  const by = steps[key];
  if (by === undefined) return undefined;
  const { bottom, top } = heights;
  if (end === "bottom") return rangeOf(axis, Math.min(top, Math.max(0, bottom + by)), top);
  return rangeOf(axis, bottom, Math.max(bottom, Math.min(1, top + by)));
}

/** What an end is called and where it stands, as a screen reader says it. */
export function describeEnd(axis: ParallelAxis, range: Range | null, end: RangeEnd): { label: string; text: string; percent: number } {
  const isHigh = (end === "top") === axis.highOnTop;
  const value = range?.[isHigh ? 1 : 0] ?? null;
  const unit = axis.scale.unit ? ` ${axis.scale.unit}` : "";
  return {
    label: `${isHigh ? "Most" : "Least"} ${axis.label}`,
    text: value === null ? "no limit" : `${formatNumber(value * axis.scale.factor)}${unit}`,
    percent: Math.round((rangeHeights(axis, range)?.[end] ?? (end === "top" ? 1 : 0)) * 100),
  };
}
