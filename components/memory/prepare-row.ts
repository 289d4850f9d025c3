import { recipeText } from "@/components/experiments/recipe-text";
import { formatNumber, formatSigned, minus } from "@/lib/domain/format";
import { objectives, type ObjectiveKey } from "@/lib/domain/objectives";
import type { MemoryRow } from "@/lib/skills/schema";

export interface RatioCell {
  key: ObjectiveKey;
  /** "−62.3 %", the change to the baseline. */
  change: string;
  /** Half of the 95 % interval in the same unit: "± 1.2". */
  spread: string;
  /** Nothing is said of a change that lies inside its interval. */
  effect: "better" | "worse" | "unclear";
}

export interface PreparedRow {
  id: string;
  label: string;
  recipe: string;
  cells: RatioCell[] | null;
  failure: string | null;
  similarity: string;
  source: { text: string; href: string | null };
  note: string;
}

/** A record as the table shows it: changes in per cent, so that models of any size stand in one column. */
export function prepareRow(row: MemoryRow): PreparedRow {
  const text = `${row.experiment}, episode ${row.episode}`;
  return {
    id: row.id,
    label: row.label || "Without a name",
    recipe: recipeText(row.recipe),
    cells: row.ratios ? objectives.map(({ key, direction }) => cellOf(key, direction, row.ratios![key])) : null,
    failure: row.error ? `${row.error.code}: ${row.error.message}` : null,
    similarity: row.similarity === null ? "" : `${Math.round(row.similarity * 100)} %`,
    source: { text, href: row.here ? `/experiments/${row.experimentId}` : null },
    note: [row.importedFrom ? `from ${row.importedFrom}` : "", row.partial ? "ended early" : ""].filter(Boolean).join(", "),
  };
}

function cellOf(key: ObjectiveKey, direction: "max" | "min", { value, low, high }: { value: number; low: number; high: number }): RatioCell {
  const clear = low > 1 || high < 1;
  const better = direction === "max" ? value > 1 : value < 1;
  return {
    key,
    change: `${formatSigned((value - 1) * 100)} %`.replace("-", minus),
    spread: `± ${formatNumber(((high - low) / 2) * 100, 2)}`,
    effect: clear ? (better ? "better" : "worse") : "unclear",
  };
}
