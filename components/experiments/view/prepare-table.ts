import type { SortKey } from "@/components/experiments/view/view-state";
import { markOf, type Mark } from "@/components/charts/prepare-scatter";
import { formatDelta, formatInterval, scaleFor, type Scale } from "@/lib/domain/format";
import { objectiveOf, objectives, type ObjectiveKey } from "@/lib/domain/objectives";
import type { Figure, SolutionView } from "@/lib/experiments/schema";

export interface Delta {
  text: string;
  arrow: "▲" | "▼" | "";
  /** Whether the change is better or worse; `within` when the two intervals overlap and it may be neither. */
  verdict: "better" | "worse" | "within";
}

export interface Cell {
  key: ObjectiveKey;
  value: string;
  /** Half of the 95 % interval, or empty when there is none. */
  spread: string;
  delta: Delta | null;
}

export interface Row {
  number: number;
  label: string;
  mark: Mark;
  labels: string[];
  cells: Cell[];
}

export interface SolutionTable {
  /** What holds for every solution; said once and not in each row. */
  shared: string[];
  scales: Record<ObjectiveKey, Scale>;
  rows: Row[];
}

export function prepareTable(solutions: readonly SolutionView[], sort: SortKey, descending: boolean): SolutionTable {
  const baseline = solutions.find((solution) => solution.isBaseline);
  const scales = Object.fromEntries(
    objectives.map(({ key }) => [key, scaleFor(key, Math.max(0, ...solutions.map((solution) => solution.figures[key].value)))]),
  ) as Record<ObjectiveKey, Scale>;
  const place = (solution: SolutionView): number => (sort === "number" ? solution.number : solution.figures[sort].value);
  const shared = (solutions[0]?.labels ?? []).filter((label) => solutions.length > 1 && solutions.every((solution) => solution.labels.includes(label)));
  const sorted = [...solutions].sort((a, b) => (descending ? place(b) - place(a) : place(a) - place(b)) || a.number - b.number);
  const rows = sorted.map(
    (solution): Row => ({
      number: solution.number,
      label: solution.label,
      mark: markOf(solution),
      labels: solution.labels.filter((label) => !shared.includes(label)),
      cells: objectives.map(({ key }) => cellOf(key, solution, baseline, scales[key])),
    }),
  );
  return { shared, scales, rows };
}

function cellOf(key: ObjectiveKey, solution: SolutionView, baseline: SolutionView | undefined, scale: Scale): Cell {
  const figure = solution.figures[key];
  const [value, spread] = formatInterval(figure, scale.factor).split(" ± ") as [string, string?];
  const delta = baseline && !solution.isBaseline ? deltaOf(key, figure, baseline.figures[key]) : null;
  return { key, value, spread: spread ?? "", delta };
}

/** Intervals that overlap leave open whether anything changed; so such a change is never called better or worse. */
export function deltaOf(key: ObjectiveKey, figure: Figure, baseline: Figure): Delta {
  const text = formatDelta(key, figure.value, baseline.value).replace(" points", " pt");
  const up = figure.value > baseline.value;
  const arrow = text.startsWith("±") || figure.value === baseline.value ? "" : up ? "▲" : "▼";
  const apart = figure.low > baseline.high || figure.high < baseline.low;
  if (!apart) return { text, arrow, verdict: "within" };
  const better = objectiveOf(key).direction === "max" ? up : !up;
  return { text, arrow, verdict: better ? "better" : "worse" };
}
