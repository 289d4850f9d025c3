import { formatNumber } from "@/lib/domain/format";
import { objectives, type ObjectiveKey } from "@/lib/domain/objectives";
import type { FigureRange, SolutionPoint } from "@/lib/experiments/page-schema";

/** Words for "less" and "more" of a cost. */
const words: Record<Exclude<ObjectiveKey, "accuracy">, [better: string, worse: string]> = {
  latency_ms: ["faster", "slower"],
  memory_gb: ["less memory", "more memory"],
  model_size_gb: ["smaller", "larger"],
  co2_grams: ["less CO2", "more CO2"],
};

interface Part {
  text: string;
  /** The change as a share of the other's figure, to put the largest first. */
  share: number;
  better: boolean;
}

/** "Against #5 INT8: 38 % smaller and 12 % faster, for 0.6 ± 0.9 points of accuracy." At most two things on each side. */
export function tradeSentence(chosen: SolutionPoint, other: SolutionPoint): string {
  const parts = objectives.flatMap(({ key }) => partOf(key, chosen.figures[key], other.figures[key]) ?? []).sort((a, b) => b.share - a.share);
  const side = (better: boolean): string =>
    parts
      .filter((part) => part.better === better)
      .slice(0, 2)
      .map(({ text }) => text)
      .join(" and ");
  const [gains, losses] = [side(true), side(false)];
  const head = `Against #${other.number} ${other.label}:`;
  if (!gains && !losses) return `${head} no difference that was measured.`;
  if (!gains) return `${head} nothing gained, ${losses}.`;
  return losses ? `${head} ${gains}, for ${losses}.` : `${head} ${gains}, at no cost that was measured.`;
}

function partOf(key: ObjectiveKey, mine: FigureRange, other: FigureRange): Part | null {
  const difference = mine.value - other.value;
  const share = Math.abs(difference) / Math.abs(other.value || 1);
  if (key === "accuracy") {
    if (Math.abs(difference) < 0.0005) return null;
    // Two intervals side by side: the answers to the same items, compared below, would show more.
    const half = Math.hypot((mine.high - mine.low) / 2, (other.high - other.low) / 2) * 100;
    const points = `${formatNumber(Math.abs(difference) * 100, 2)}${half > 0 ? ` ± ${formatNumber(half, 2)}` : ""} points`;
    return { text: difference > 0 ? `${points} more accurate` : `${points} of accuracy`, share, better: difference > 0 };
  }
  if (share < 0.005) return null;
  const [better, worse] = words[key];
  const open = mine.low <= other.high && mine.high >= other.low ? " (within the intervals)" : "";
  return { text: `${formatNumber(share * 100, 2)} % ${difference < 0 ? better : worse}${open}`, share, better: difference < 0 };
}
