import { formatNumber } from "@/lib/domain/format";
import { objectives, type ObjectiveKey } from "@/lib/domain/objectives";
import type { SolutionPoint } from "@/lib/experiments/page-schema";
import type { DecisionRecord } from "@/lib/experiments/schema";

export interface ExpectationRow {
  key: ObjectiveKey;
  label: string;
  /** Ratio to the baseline, with its 80 % interval. */
  expected: string;
  range: string;
  /** What was measured; null until it is, and for an accuracy that rests on a part of the items. */
  came: string | null;
  outside: boolean;
}

/** What a decision expected of each objective and what then came, as ratios to the uncompressed model. */
export function prepareExpectation({ expected }: Pick<DecisionRecord, "expected">, solution: SolutionPoint | undefined, baseline: SolutionPoint | undefined): ExpectationRow[] {
  if (!expected) return [];
  return objectives.map(({ key, label }) => {
    const { ratio, low, high } = expected[key];
    const rough = key === "accuracy" && solution?.partial === true;
    const measured = solution && baseline && !rough ? solution.figures[key].value / baseline.figures[key].value : null;
    return {
      key,
      label,
      expected: formatNumber(ratio),
      range: `${formatNumber(low)} to ${formatNumber(high)}`,
      came: measured === null ? null : formatNumber(measured),
      outside: measured !== null && (measured < low || measured > high),
    };
  });
}
