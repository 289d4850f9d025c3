import { objectiveOf, type ObjectiveKey } from "./objectives";

/** How numbers are written everywhere: pages, command line, files. No locale, so that two readers see the same. */

export const minus = "\u2212";

interface Interval {
  value: number;
  low: number;
  high: number;
}

/** Three significant figures, never in exponent form within 1e-6 … 1e15; thousands are set apart by a comma. */
export function formatNumber(value: number, significant = 3): string {
  if (!Number.isFinite(value)) return "n/a";
  return formatDecimals(value, decimalsFor(value, significant));
}

function decimalsFor(value: number, significant: number): number {
  if (value === 0) return 0;
  const exponent = Number(Math.abs(value).toExponential(significant - 1).split("e")[1]);
  return Math.min(12, Math.max(0, significant - 1 - exponent));
}

function formatDecimals(value: number, decimals: number): string {
  const [whole, fraction] = Math.abs(value).toFixed(decimals).split(".") as [string, string?];
  const digits = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",") + (fraction ? `.${fraction}` : "");
  return value < 0 && /[1-9]/.test(digits) ? minus + digits : digits;
}

/** A unit in which figures of this size are readable, and the factor that brings them there. */
export interface Scale {
  factor: number;
  unit: string;
}

/** Chosen from the largest value of a column or axis, so that all of it shares one unit. */
export function scaleFor(key: ObjectiveKey, largest: number): Scale {
  const { unit } = objectiveOf(key);
  const size = Math.abs(largest);
  if (unit === "GB" && size > 0 && size < 0.1) return { factor: 1000, unit: "MB" };
  if (key === "co2_grams" && size > 0 && size < 0.1) {
    return size < 1e-4 ? { factor: 1e6, unit: "µg/1k tokens" } : { factor: 1000, unit: "mg/1k tokens" };
  }
  if (key === "latency_ms" && size > 0 && size < 0.1) return { factor: 1000, unit: "µs/token" };
  return { factor: 1, unit };
}

/** "12.3 MB": three significant figures and the unit once. */
export function formatQuantity(key: ObjectiveKey, value: number, scale: Scale = scaleFor(key, value)): string {
  return withUnit(formatNumber(value * scale.factor), scale.unit);
}

/** "0.741 ± 0.021": half of the interval's width, to the value's own digits; left out when the interval is empty. */
export function formatInterval(figure: Interval, factor = 1): string {
  const value = figure.value * factor;
  const half = (Math.abs(figure.high - figure.low) / 2) * factor;
  const decimals = decimalsFor(value, 3);
  if (!Number.isFinite(value) || !(half > 0)) return formatNumber(value);
  const shown = formatDecimals(half, decimals);
  return `${formatDecimals(value, decimals)} ± ${/[1-9]/.test(shown) ? shown : formatNumber(half, 1)}`;
}

/** "0.741 ± 0.021" or "12.3 ± 0.4 MB". */
export function formatFigure(key: ObjectiveKey, figure: Interval, scale: Scale = scaleFor(key, figure.value)): string {
  return withUnit(formatInterval(figure, scale.factor), scale.unit);
}

/** Difference to the baseline, always signed: accuracy in percentage points, costs in per cent of the baseline. */
export function formatDelta(key: ObjectiveKey, value: number, baseline: number): string {
  if (key === "accuracy") return `${formatSigned((value - baseline) * 100)} points`;
  if (baseline === 0) return "n/a";
  return `${formatSigned(((value - baseline) / baseline) * 100)} %`;
}

/** Three significant figures but at most one decimal: a delta's own uncertainty does not carry more. */
export function formatSigned(value: number): string {
  if (!Number.isFinite(value)) return "n/a";
  const text = formatDecimals(Math.abs(value), Math.min(1, decimalsFor(value, 3)));
  if (!/[1-9]/.test(text)) return "±0";
  return `${value < 0 ? minus : "+"}${text}`;
}

/** "148 B", "1.66 kB", "3.09 MB": powers of a thousand, as sizes of models are. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  const [size, unit] = bytes < 1e6 ? ([1e3, "kB"] as const) : bytes < 1e9 ? ([1e6, "MB"] as const) : ([1e9, "GB"] as const);
  return `${formatNumber(bytes / size)} ${unit}`;
}

/** "850 ms", "42 s", "3 min 20 s", "1 h 12 min". */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return "n/a";
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return joinParts(Math.floor(whole / 60), "min", whole % 60, "s");
  const minutes = Math.round(whole / 60);
  return joinParts(Math.floor(minutes / 60), "h", minutes % 60, "min");
}

function joinParts(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

function withUnit(text: string, unit: string): string {
  return unit && text !== "n/a" ? `${text} ${unit}` : text;
}
