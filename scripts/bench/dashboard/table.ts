/** The figures of a run as a table: medians, with the least and the most, and ratios to ours. */

export type Figures = Record<string, number[] | string | null>;

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

export function range(values: readonly number[]): string {
  const text = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(1));
  if (values.length === 1) return text(values[0] as number);
  return `${text(quantile(values, 0.5))} (${text(Math.min(...values))} to ${text(Math.max(...values))})`;
}

const rows: { name: string; key: string; unit: string; scale?: number; peers: boolean }[] = [
  { name: "ready, since navigation", key: "ready", unit: "ms", peers: true },
  { name: "ready, since the data", key: "ready since data", unit: "ms", peers: true },
  { name: "one more point, to the frame", key: "point pixel", unit: "ms", peers: true },
  { name: "one more point, in scripts", key: "point script", unit: "ms", peers: true },
  { name: "… with what is refined after it", key: "point script refined", unit: "ms", peers: false },
  { name: "brushing, gap between frames", key: "brush frame", unit: "ms", peers: true },
  { name: "… 95th percentile", key: "brush frame p95", unit: "ms", peers: true },
  { name: "brushing, scripts a step", key: "brush script", unit: "ms", peers: true },
  { name: "recording one more, before its commit", key: "record", unit: "ms", peers: false },
  { name: "scripts of the first load, gzip", key: "scripts bytes", unit: "kB", scale: 1e-3, peers: true },
];

/** A peer's ratio is its median divided by ours: above one, ours is quicker or smaller. */
export function report(figures: Figures, sizes: readonly number[], viewers: readonly number[]): string {
  const lines = ["| | solutions | ours | Plotly's parcoords | optuna-dashboard |", "|---|---|---|---|---|"];
  const read = (who: string, size: number, key: string): number[] | string | null => {
    const whole = figures[`${who} ${size}`];
    if (whole) return whole;
    const found = figures[`${who} ${size} ${key.replace(/ p95$/, "")}`] ?? null;
    return Array.isArray(found) && key.endsWith(" p95") ? [quantile(found, 0.95)] : found;
  };
  for (const { name, key, unit, scale = 1, peers } of rows) {
    for (const size of sizes) {
      const ours = read("ours", size, key);
      const cell = (found: number[] | string | null): string => (Array.isArray(found) ? `${range(found.map((value) => value * scale))} ${unit}` : (found ?? "–"));
      const ratio = (found: number[] | string | null): string => (Array.isArray(found) && Array.isArray(ours) ? `, **${(quantile(found, 0.5) / quantile(ours, 0.5)).toFixed(1)} ×**` : "");
      const others = (["plotly", "optuna"] as const).map((who) => (peers ? cell(read(who, size, key)) + ratio(read(who, size, key)) : "–"));
      lines.push(`| ${name} | ${size} | ${cell(ours)} | ${others.join(" | ")} |`);
    }
  }
  lines.push("", "| commit to … | viewers | median | 95th percentile | most |", "|---|---|---|---|---|");
  for (const count of viewers) {
    for (const [key, name] of [["pixel", "pixel of the real pages"], ["arrival", "arrival at the others"]] as const) {
      const found = figures[`viewers ${count} ${key}`];
      if (Array.isArray(found)) lines.push(`| ${name} | ${count} | ${[0.5, 0.95, 1].map((share) => `${quantile(found, share).toFixed(0)} ms`).join(" | ")} |`);
      else if (found) lines.push(`| ${name} | ${count} | ${found} | | |`);
    }
  }
  return lines.join("\n");
}
