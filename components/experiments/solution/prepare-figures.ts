import { intervalDifference, pairedDifference, type Difference } from "@/components/experiments/view/prepare-comparison";
import { formatInterval, scaleFor } from "@/lib/domain/format";
import { objectives, type ObjectiveKey } from "@/lib/domain/objectives";
import type { FigureRange, SolutionPoint } from "@/lib/experiments/page-schema";
import type { Figure, SolutionView } from "@/lib/experiments/schema";

export interface FigureRow {
  key: ObjectiveKey;
  label: string;
  unit: string;
  value: string;
  samples: string;
  baseline: string | null;
  /** Null for the baseline itself. */
  toBaseline: Difference | null;
  /** The uncompressed model in the same runtime; null where it was not measured there. */
  reference: string | null;
  toReference: Difference | null;
}

interface Measured extends Pick<SolutionView, "isBaseline" | "accuracyDelta" | "reference"> {
  figures: Record<ObjectiveKey, FigureRange & Partial<Pick<Figure, "n" | "spread">>>;
}

/** The five figures of a solution beside the baseline's, and beside the uncompressed model in the same runtime. */
export function prepareFigures(solution: Measured, baseline: SolutionPoint | undefined): FigureRow[] {
  return objectives.map(({ key, label, direction }) => {
    const figure = solution.figures[key];
    const base = solution.isBaseline ? undefined : baseline?.figures[key];
    const reference = solution.reference && key in solution.reference ? (solution.reference[key as "latency_ms"] as Figure) : undefined;
    const scale = scaleFor(key, Math.max(figure.value, base?.value ?? 0, reference?.value ?? 0));
    const paired = key === "accuracy" ? solution.accuracyDelta : null;
    return {
      key,
      label,
      unit: `${scale.unit} ${direction === "max" ? "↑" : "↓"}`.trim(),
      value: formatInterval(figure, scale.factor),
      samples: [figure.n ? `n = ${figure.n}` : "", figure.spread].filter(Boolean).join(", "),
      baseline: base ? formatInterval(base, scale.factor) : null,
      toBaseline: base ? (paired ? pairedDifference(paired) : intervalDifference(key, direction, figure, base)) : null,
      reference: reference ? formatInterval(reference, scale.factor) : null,
      toReference: reference ? intervalDifference(key, direction, figure, reference) : null,
    };
  });
}

export interface BenchmarkRow {
  name: string;
  metric: string;
  version: string;
  score: string;
  items: number;
  difference: Difference | null;
}

/** Each benchmark with its interval and its difference to the baseline, item by item. */
export function prepareBenchmarks({ benchmarks }: SolutionView, versions: Record<string, string>): BenchmarkRow[] {
  return benchmarks.map(({ name, metric, score, delta }) => ({
    name,
    metric,
    version: versions[name] ?? "",
    score: formatInterval(score),
    items: score.n,
    difference: delta ? pairedDifference(delta) : null,
  }));
}

export interface Neighbour {
  number: number;
  label: string;
  why: string;
}

/** For each objective, the point of the front that is next better in it; one that is next in several stands once. */
export function prepareNeighbours(solution: Pick<SolutionView, "number" | "figures">, related: readonly SolutionPoint[]): Neighbour[] {
  const front = related.filter(({ onFront, number }) => onFront && number !== solution.number);
  const found = new Map<number, Neighbour>();
  for (const { key, label, direction } of objectives) {
    const sign = direction === "max" ? 1 : -1;
    const gain = (point: SolutionPoint): number => sign * (point.figures[key].value - solution.figures[key].value);
    const next = front.filter((point) => gain(point) > 0).sort((a, b) => gain(a) - gain(b))[0];
    if (!next) continue;
    const known = found.get(next.number);
    if (known) known.why += `, ${label.toLowerCase()}`;
    else found.set(next.number, { number: next.number, label: next.label, why: `next better in ${label.toLowerCase()}` });
  }
  return [...found.values()];
}

/** The solutions before and after this one on the front, by number; the baseline is reached like any other. */
export function besideOnFront(number: number, related: readonly SolutionPoint[]): { before: SolutionPoint | undefined; after: SolutionPoint | undefined } {
  const front = related.filter((point) => point.onFront && point.number !== number);
  return { before: front.findLast((point) => point.number < number), after: front.find((point) => point.number > number) };
}
