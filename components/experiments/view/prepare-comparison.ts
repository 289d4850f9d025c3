import { formatDelta, formatInterval, formatNumber, formatSigned, scaleFor } from "@/lib/domain/format";
import { objectives, type Direction, type ObjectiveKey } from "@/lib/domain/objectives";
import type { FigureRange, PairedDifference, SolutionPoint } from "@/lib/experiments/page-schema";

export interface Difference {
  text: string;
  verdict: "better" | "worse" | "within";
  /** Whether the answers to the same items were compared, or two intervals. */
  paired: boolean;
}

export interface ComparisonRow {
  label: string;
  unit: string;
  cells: { value: string; difference: Difference | null }[];
}

/** Solutions side by side; the first is what the others are compared with. */
export function prepareComparison(points: readonly SolutionPoint[], paired: readonly PairedDifference[]): ComparisonRow[] {
  const [reference] = points;
  if (!reference) return [];
  const rows = objectives.map(({ key, label, direction }): ComparisonRow => {
    const scale = scaleFor(key, Math.max(...points.map(({ figures }) => figures[key].value)));
    return {
      label,
      unit: `${scale.unit} ${direction === "max" ? "↑" : "↓"}`.trim(),
      cells: points.map((point) => {
        const pair = key === "accuracy" ? paired.find(({ number }) => number === point.number)?.accuracy : null;
        const difference = point === reference ? null : pair ? pairedDifference(pair) : intervalDifference(key, direction, point.figures[key], reference.figures[key]);
        return { value: formatInterval(point.figures[key], scale.factor), difference };
      }),
    };
  });
  const names = [...new Set(paired.flatMap(({ benchmarks }) => benchmarks.map(({ name }) => name)))];
  // With a single benchmark its row would say what accuracy says.
  if (names.length < 2) return rows;
  const benchmarks = names.map((name): ComparisonRow => ({
    label: name,
    unit: "difference, item by item",
    cells: points.map((point) => {
      const found = paired.find(({ number }) => number === point.number)?.benchmarks.find((each) => each.name === name);
      return { value: "", difference: found ? pairedDifference(found.difference) : null };
    }),
  }));
  return [...rows, ...benchmarks];
}

/** A difference between the answers to the same items. */
export function pairedDifference({ value, low, high }: FigureRange): Difference {
  const half = ((high - low) / 2) * 100;
  return {
    text: `${formatSigned(value * 100)} ± ${formatNumber(half, 2)} pt`,
    verdict: low > 0 ? "better" : high < 0 ? "worse" : "within",
    paired: true,
  };
}

/** Two measurements that know nothing of each other: their difference is in doubt by both intervals together. */
export function intervalDifference(key: ObjectiveKey, direction: Direction, mine: FigureRange, other: FigureRange): Difference {
  const text = formatDelta(key, mine.value, other.value).replace(" points", " pt");
  const gain = (direction === "max" ? 1 : -1) * (mine.value - other.value);
  const doubt = Math.hypot((mine.high - mine.low) / 2, (other.high - other.low) / 2);
  return { text, verdict: Math.abs(gain) <= doubt ? "within" : gain > 0 ? "better" : "worse", paired: false };
}

export interface AblationStep {
  label: string;
  /** The solution with the recipe up to this step; null where it was not measured. */
  number: number | null;
  /** What the step changed; empty where this or the recipe before it was not measured. */
  changes: { key: ObjectiveKey; label: string; difference: Difference }[];
}

/** What each step of a recipe gained, where the shorter recipes were measured in the same runtime. */
export function prepareAblation(point: SolutionPoint, points: readonly SolutionPoint[]): AblationStep[] {
  const { steps, runtime } = point.recipe;
  if (steps.length === 0) return [];
  const withSteps = (count: number): SolutionPoint | undefined => {
    const wanted = JSON.stringify(steps.slice(0, count));
    const found = points.filter(({ recipe }) => recipe.steps.length === count && JSON.stringify(recipe.steps) === wanted);
    // Without steps there is often only the baseline, which stands for the model as it is.
    return count === steps.length ? point : (found.find(({ recipe }) => recipe.runtime === runtime) ?? (count === 0 ? found[0] : undefined));
  };
  const chain = Array.from({ length: steps.length + 1 }, (_, count) => withSteps(count));
  return steps.map(({ method }, index) => {
    const [before, after] = [chain[index], chain[index + 1]];
    const changes = before && after ? objectives.map(({ key, label, direction }) => ({ key, label, difference: intervalDifference(key, direction, after.figures[key], before.figures[key]) })) : [];
    const runtimeToo = before && after && before.recipe.runtime !== after.recipe.runtime ? ` in ${runtime}` : "";
    return { label: `${method}${runtimeToo}`, number: after?.number ?? null, changes };
  });
}
