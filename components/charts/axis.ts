import { columnsOf } from "@/components/charts/columns";
import { formatNumber, scaleFor, type Scale } from "@/lib/domain/format";
import { objectiveOf, type ObjectiveKey } from "@/lib/domain/objectives";
import type { SolutionPoint } from "@/lib/experiments/page-schema";

/** One objective as an axis: where a figure lies between its two ends, and what is written beside it. */
export interface Axis {
  key: ObjectiveKey;
  label: string;
  better: "↑" | "↓";
  log: boolean;
  scale: Scale;
  /** The two ends in the objective's own unit. */
  domain: readonly [low: number, high: number];
  ticks: { value: number; text: string }[];
}

/** From 0 at the low end to 1 at the high one; not a number where a logarithmic axis has no place for the value. */
export function placeOf({ domain, log }: Pick<Axis, "domain" | "log">, value: number): number {
  const [low, high] = domain;
  return log ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low)) : (value - low) / (high - low);
}

export function valueAt({ domain, log }: Pick<Axis, "domain" | "log">, place: number): number {
  const [low, high] = domain;
  return log ? low * (high / low) ** place : low + (high - low) * place;
}

/** `zoom` replaces the ends that hold all points with their intervals. */
export function prepareAxis(key: ObjectiveKey, points: readonly SolutionPoint[], log: boolean, zoom?: readonly [number, number] | null): Axis {
  const { label, direction } = objectiveOf(key);
  const extent = extentOf(key, points, log);
  const domain = zoom && zoom[0] < zoom[1] && (!log || zoom[0] > 0) ? zoom : extent;
  const scale = scaleFor(key, domain[1]);
  const ticks = (log ? logTicks : linearTicks)(domain[0] * scale.factor, domain[1] * scale.factor);
  return {
    key,
    label,
    better: direction === "max" ? "↑" : "↓",
    log,
    scale,
    domain,
    ticks: ticks.map((tick) => ({ value: tick / scale.factor, text: tickText(tick, ticks) })),
  };
}

export function titleOf({ label, scale, better }: Axis): string {
  return `${label}${scale.unit ? `, ${scale.unit}` : ""} ${better} better`;
}

function extentOf(key: ObjectiveKey, points: readonly SolutionPoint[], log: boolean): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  const column = columnsOf(points)[key];
  for (let index = 0; index < points.length; index++) {
    const value = column.value[index] as number;
    if (!Number.isFinite(value) || (log && value <= 0)) continue;
    const below = column.low[index] as number;
    // The lower end of an interval may reach zero, which a logarithmic axis does not have.
    low = Math.min(low, log && below <= 0 ? value : below);
    high = Math.max(high, column.high[index] as number);
  }
  if (low > high) return log ? [0.1, 10] : [0, 1];
  if (log) {
    const room = (high / low) ** 0.06 > 1.0001 ? (high / low) ** 0.06 : 1.1;
    return [low / room, high * room];
  }
  const room = high > low ? (high - low) * 0.06 : Math.max(Math.abs(high) * 0.1, 1e-9);
  return [low - room, high + room];
}

/** Round numbers at a step of 1, 2 or 5 times a power of ten; about five of them. */
export function linearTicks(low: number, high: number): number[] {
  const raw = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10);
  const first = Math.ceil(low / step);
  const ticks: number[] = [];
  for (let index = first; index * step <= high + step * 1e-9 && ticks.length < 20; index++) ticks.push(Number((index * step).toPrecision(12)));
  return ticks;
}

/** Powers of ten, with 2 and 5 between them where fewer than three would be seen; linear ones within half a decade. */
export function logTicks(low: number, high: number): number[] {
  if (high / low < 4) return linearTicks(low, high).filter((tick) => tick > 0);
  const factors = high / low > 100 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const factor of factors) {
      const tick = Number((factor * 10 ** power).toPrecision(12));
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}

/** All ticks with as many decimals as the finest needs. */
export function tickText(tick: number, ticks: readonly number[]): string {
  const decimals = Math.max(0, ...ticks.map((each) => (String(each).includes("e") ? 0 : (String(each).split(".")[1] ?? "").length)));
  return decimals > 6 || Math.abs(tick) >= 1e6 ? formatNumber(tick) : (tick === 0 ? 0 : tick).toFixed(Math.min(decimals, 6)).replace("-", "−");
}
