import { columnsOf } from "@/components/charts/columns";
import { markOf, type Mark, type Scene } from "@/components/charts/scene";
import type { SortKey } from "@/components/experiments/view/view-state";
import { formatDelta, formatInterval, scaleFor, type Scale } from "@/lib/domain/format";
import { objectiveOf, objectives, type ObjectiveKey } from "@/lib/domain/objectives";
import type { FigureRange, SolutionPoint } from "@/lib/experiments/page-schema";
import type { Recipe } from "@/lib/experiments/schema";

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
  recipe: Recipe;
  labels: string[];
  cells: Cell[];
}

export interface SolutionTable {
  /** What holds for every solution; said once and not in each row. */
  shared: string[];
  scales: Record<ObjectiveKey, Scale>;
  rows: Row[];
  /** The page that is shown, which may be an earlier one than was asked for, and what it is a part of. */
  page: number;
  pages: number;
  first: number;
  total: number;
}

export const rowsPerPage = 50;

export function prepareTable(scene: Scene, view: { sort: SortKey; descending: boolean; page: number }): SolutionTable {
  const { points, shown, baseline } = scene;
  const scales = Object.fromEntries(
    objectives.map(({ key }) => [key, scaleFor(key, Math.max(0, columnsOf(points)[key].most))]),
  ) as Record<ObjectiveKey, Scale>;
  const { sort } = view;
  const place = (point: SolutionPoint): number => (sort === "number" ? point.number : point.figures[sort].value);
  const shared = (points[0]?.labels ?? []).filter((label) => points.length > 1 && points.every((point) => point.labels.includes(label)));
  const sorted = points.filter((_, index) => shown[index]).sort((a, b) => (view.descending ? place(b) - place(a) : place(a) - place(b)) || a.number - b.number);
  const pages = Math.max(1, Math.ceil(sorted.length / rowsPerPage));
  const page = Math.min(view.page, pages - 1);
  const rows = sorted.slice(page * rowsPerPage, (page + 1) * rowsPerPage).map(
    (point): Row => ({
      number: point.number,
      label: point.label,
      mark: markOf(point),
      recipe: point.recipe,
      labels: [...point.labels.filter((label) => !shared.includes(label)), ...doubtsOf(scene, point)],
      cells: objectives.map(({ key }) => cellOf(key, point, baseline, scales[key])),
    }),
  );
  return { shared, scales, rows, page, pages, first: page * rowsPerPage, total: sorted.length };
}

/** What keeps a solution off the front, or makes its place there doubtful. */
function doubtsOf({ shares }: Scene, { number, onFront, feasible, partial }: SolutionPoint): string[] {
  const share = shares.get(number);
  const doubts: string[] = [];
  if (onFront && share !== undefined && share < 0.995) doubts.push(`front in ${Math.round(share * 100)} % of resamples`);
  if (!feasible) doubts.push("breaks a constraint of the goal");
  if (partial) doubts.push("not measured in full");
  return doubts;
}

function cellOf(key: ObjectiveKey, point: SolutionPoint, baseline: SolutionPoint | undefined, scale: Scale): Cell {
  const figure = point.figures[key];
  const [value, spread] = formatInterval(figure, scale.factor).split(" ± ") as [string, string?];
  const delta = baseline && !point.isBaseline ? deltaOf(key, figure, baseline.figures[key]) : null;
  return { key, value, spread: spread ?? "", delta };
}

/** Intervals that overlap leave open whether anything changed; so such a change is never called better or worse. */
export function deltaOf(key: ObjectiveKey, figure: FigureRange, baseline: FigureRange): Delta {
  const text = formatDelta(key, figure.value, baseline.value).replace(" points", " pt");
  const up = figure.value > baseline.value;
  const arrow = text.startsWith("±") || figure.value === baseline.value ? "" : up ? "▲" : "▼";
  const apart = figure.low > baseline.high || figure.high < baseline.low;
  if (!apart) return { text, arrow, verdict: "within" };
  const better = objectiveOf(key).direction === "max" ? up : !up;
  return { text, arrow, verdict: better ? "better" : "worse" };
}
