import { baselineProblem } from "@/lib/domain/hypervolume";
import { figuresOf, objectiveKeys, type ObjectiveKey } from "@/lib/domain/objectives";
import type { ExperimentPageView, SolutionPoint } from "@/lib/experiments/page-schema";

/** One compressed solution as ratios to its own experiment's uncompressed model, with the parts of its recipe. */
export interface Sample {
  experiment: string;
  number: number;
  label: string;
  method: string;
  onFront: boolean;
  ratios: Record<ObjectiveKey, number>;
  /** "runtime" and "gptq.bits" to the value as text. */
  params: Record<string, string>;
}

export function samplesOf(views: readonly ExperimentPageView[]): Sample[] {
  return views.flatMap(({ name, solutions }) => {
    const baseline = solutions.find(({ isBaseline }) => isBaseline);
    if (!baseline || baselineProblem(figuresOf(baseline.figures))) return [];
    return solutions.filter(({ isBaseline, partial }) => !isBaseline && !partial).map((solution) => sampleOf(name, solution, baseline));
  });
}

function sampleOf(experiment: string, { number, label, method, onFront, recipe, figures }: SolutionPoint, baseline: SolutionPoint): Sample {
  const params: Record<string, string> = { runtime: recipe.runtime };
  for (const step of recipe.steps) for (const [name, value] of Object.entries(step.params)) if (value !== null && typeof value !== "object") params[`${step.method}.${name}`] = String(value);
  const ratios = Object.fromEntries(objectiveKeys.map((key) => [key, figures[key].value / baseline.figures[key].value])) as Sample["ratios"];
  return { experiment, number, label, method, onFront, ratios, params: { method, ...params } };
}

export interface Importance {
  param: string;
  /** Solutions that have the parameter, and how many values it takes among them. */
  count: number;
  values: number;
  /** Share of the variance that differs between the values, adjusted for chance; null where it cannot be told. */
  shares: Record<ObjectiveKey, number | null>;
}

const leastSamples = 4;

/**
 * Which parameter matters for which objective: the correlation ratio of the figure's logarithm by the parameter's value,
 * in its adjusted form (Kelley's epsilon squared), 0 for none to 1 for all. It looks at one parameter at a time, so two
 * that always change together share the credit.
 */
export function importances(samples: readonly Sample[]): Importance[] {
  const names = [...new Set(samples.flatMap(({ params }) => Object.keys(params)))];
  return names
    .map((param) => {
      const having = samples.filter(({ params }) => param in params);
      const values = new Set(having.map(({ params }) => params[param])).size;
      const shares = Object.fromEntries(objectiveKeys.map((key) => [key, epsilonSquared(having.map(({ params, ratios }) => ({ group: params[param] as string, value: Math.log(Math.max(1e-9, ratios[key])) })))])) as Importance["shares"];
      return { param, count: having.length, values, shares };
    })
    .filter(({ values, count }) => values > 1 && count >= leastSamples)
    .sort((a, b) => largest(b) - largest(a));
}

function largest({ shares }: Importance): number {
  return Math.max(-1, ...Object.values(shares).map((share) => share ?? -1));
}

export function epsilonSquared(items: readonly { group: string; value: number }[]): number | null {
  const groups = Map.groupBy(items, ({ group }) => group);
  const n = items.length;
  const k = groups.size;
  if (n < leastSamples || k < 2 || n <= k) return null;
  const mean = average(items.map(({ value }) => value));
  const total = items.reduce((sum, { value }) => sum + (value - mean) ** 2, 0);
  if (total <= 1e-15) return null;
  let within = 0;
  for (const members of groups.values()) {
    const own = average(members.map(({ value }) => value));
    for (const { value } of members) within += (value - own) ** 2;
  }
  return Math.max(0, 1 - within / (n - k) / (total / (n - 1)));
}

/** Spearman's rank correlation between each two objectives; null with fewer than four solutions. */
export function correlations(samples: readonly Sample[]): Record<ObjectiveKey, Record<ObjectiveKey, number | null>> {
  const ranks = Object.fromEntries(objectiveKeys.map((key) => [key, ranksOf(samples.map(({ ratios }) => ratios[key]))])) as Record<ObjectiveKey, number[]>;
  return Object.fromEntries(
    objectiveKeys.map((a) => [a, Object.fromEntries(objectiveKeys.map((b) => [b, samples.length < leastSamples ? null : pearson(ranks[a], ranks[b])]))]),
  ) as Record<ObjectiveKey, Record<ObjectiveKey, number | null>>;
}

/** Ranks from 1; equal values share the mean of theirs. */
export function ranksOf(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const ranks = new Array<number>(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end + 1 < order.length && order[end + 1]?.value === order[start]?.value) end++;
    for (let i = start; i <= end; i++) ranks[order[i]?.index as number] = (start + end) / 2 + 1;
    start = end + 1;
  }
  return ranks;
}

function pearson(a: readonly number[], b: readonly number[]): number | null {
  const [ma, mb] = [average(a), average(b)];
  const product = a.reduce((sum, value, i) => sum + (value - ma) * ((b[i] as number) - mb), 0);
  const scale = Math.sqrt(a.reduce((sum, value) => sum + (value - ma) ** 2, 0) * b.reduce((sum, value) => sum + (value - mb) ** 2, 0));
  return scale > 0 ? product / scale : null;
}

export interface MethodRow {
  method: string;
  count: number;
  onFront: number;
  medians: Record<ObjectiveKey, number>;
}

/** Methods, or chains of them, beside each other: how often tried, how often on the front, and the median outcome. */
export function methodRows(samples: readonly Sample[]): MethodRow[] {
  return [...Map.groupBy(samples, ({ method }) => method)]
    .map(([method, own]) => ({
      method,
      count: own.length,
      onFront: own.filter(({ onFront }) => onFront).length,
      medians: Object.fromEntries(objectiveKeys.map((key) => [key, median(own.map(({ ratios }) => ratios[key]))])) as MethodRow["medians"],
    }))
    .sort((a, b) => b.onFront / b.count - a.onFront / a.count || b.count - a.count);
}

export interface Slice {
  value: string;
  samples: Sample[];
}

/** The solutions by the value of one parameter; numbers in their order. */
export function slicesOf(samples: readonly Sample[], param: string): Slice[] {
  const groups = Map.groupBy(samples.filter(({ params }) => param in params), ({ params }) => params[param] as string);
  const order = (a: string, b: string): number => (Number.isFinite(Number(a)) && Number.isFinite(Number(b)) ? Number(a) - Number(b) : a.localeCompare(b, "en"));
  return [...groups].map(([value, own]) => ({ value, samples: own })).sort((a, b) => order(a.value, b.value));
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
