import { isWithin, type Ranges, type Scene } from "@/components/charts/scene";
import { deltaOf, type Delta } from "@/components/experiments/view/prepare-table";
import { tradeSentence } from "@/components/experiments/view/trade";
import { rankCompromises, type Weights } from "@/lib/domain/knee";
import { figuresOf, objectives, type ObjectiveKey } from "@/lib/domain/objectives";
import type { SolutionPoint } from "@/lib/experiments/page-schema";

/** A point worth a look, and what it is best at. */
export interface Proposal {
  titles: string[];
  number: number;
  label: string;
}

export interface Choice {
  number: number;
  label: string;
  deltas: { key: ObjectiveKey; label: string; delta: Delta }[];
  /** Why this point: what it is nearest to, then the trade against its neighbours. */
  why: string[];
  proposals: Proposal[];
  /** How many of the front are within the limits. */
  candidates: number;
  isKnee: boolean;
}

const bestWords: Record<ObjectiveKey, string> = {
  accuracy: "most accurate",
  latency_ms: "fastest",
  memory_gb: "least memory",
  model_size_gb: "smallest",
  co2_grams: "least CO2",
};

const nouns: Record<ObjectiveKey, string> = { accuracy: "accuracy", latency_ms: "latency", memory_gb: "memory", model_size_gb: "size", co2_grams: "CO2" };

/** The point of the front that suits the weights best within the filters; null where none is left. */
export function prepareChoice({ points, baseline }: Pick<Scene, "points" | "baseline">, weights: Weights, ranges: Ranges): Choice | null {
  const front = points.filter((point) => point.onFront && objectives.every(({ key }) => isWithin(point.figures[key].value, ranges[key] ?? [null, null])));
  if (!baseline || front.length === 0) return null;
  const ranked = rankCompromises(front.map((point) => ({ id: point.number, figures: figuresOf(point.figures) })), weights, figuresOf(baseline.figures));
  const byNumber = new Map(front.map((point) => [point.number, point]));
  const [chosen, second] = ranked.map(({ id }) => byNumber.get(id) as SolutionPoint) as [SolutionPoint, SolutionPoint?];
  const neighbours = new Set([second, nextMoreAccurate(front, chosen)].filter((each) => each !== undefined));
  return {
    number: chosen.number,
    label: chosen.label,
    deltas: chosen.isBaseline ? [] : objectives.map(({ key, label }) => ({ key, label, delta: deltaOf(key, chosen.figures[key], baseline.figures[key]) })),
    why: [reasonOf(weights, front.length), ...[...neighbours].map((other) => tradeSentence(chosen, other))],
    proposals: proposalsOf(front),
    candidates: front.length,
    isKnee: objectives.every(({ key }) => weights[key] === weights.accuracy) && weights.accuracy > 0,
  };
}

function reasonOf(weights: Weights, candidates: number): string {
  if (candidates === 1) return "It is the only point of the front within the limits.";
  const heaviest = Math.max(...objectives.map(({ key }) => weights[key]));
  if (heaviest === 0) return "All weights are zero, so nothing is preferred.";
  const most = objectives.filter(({ key }) => weights[key] === heaviest).map(({ key }) => nouns[key]);
  const how = most.length === objectives.length ? "with all five counted alike" : `with ${joined(most)} counted most`;
  return `Of ${candidates} points of the front it comes nearest to the best of each objective, ${how}.`;
}

function nextMoreAccurate(front: readonly SolutionPoint[], chosen: SolutionPoint): SolutionPoint | undefined {
  return front.filter((point) => point.figures.accuracy.value > chosen.figures.accuracy.value).sort((a, b) => a.figures.accuracy.value - b.figures.accuracy.value)[0];
}

/** The best of each objective; one that is best at several stands once. */
function proposalsOf(front: readonly SolutionPoint[]): Proposal[] {
  const proposals = new Map<number, Proposal>();
  for (const { key, direction } of objectives) {
    const sign = direction === "max" ? 1 : -1;
    const best = front.reduce((a, b) => (sign * (b.figures[key].value - a.figures[key].value) > 0 ? b : a));
    const known = proposals.get(best.number);
    if (known) known.titles.push(bestWords[key]);
    else proposals.set(best.number, { titles: [bestWords[key]], number: best.number, label: best.label });
  }
  return [...proposals.values()];
}

function joined(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

