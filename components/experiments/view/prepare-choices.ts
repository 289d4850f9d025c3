import { deltaOf, type Delta } from "@/components/experiments/view/prepare-table";
import { kneeOf } from "@/lib/domain/knee";
import { figuresOf, objectives, type ObjectiveKey } from "@/lib/domain/objectives";
import type { SolutionView } from "@/lib/experiments/schema";

/** A point worth a look, and what it is best at. */
export interface Proposal {
  titles: string[];
  number: number;
  label: string;
  deltas: { key: ObjectiveKey; label: string; delta: Delta }[];
}

const bestWords: Record<ObjectiveKey, string> = {
  accuracy: "Most accurate",
  latency_ms: "Fastest",
  memory_gb: "Least memory",
  model_size_gb: "Smallest",
  co2_grams: "Least CO2",
};

/** The knee first, then the best of each objective on the front; one that is best at several stands once. */
export function prepareChoices(solutions: readonly SolutionView[]): Proposal[] {
  const baseline = solutions.find((solution) => solution.isBaseline);
  const front = solutions.filter((solution) => solution.onFront);
  if (!baseline || front.length < 2) return [];
  const proposals = new Map<number, Proposal>();
  const propose = (solution: SolutionView | undefined, title: string): void => {
    if (!solution) return;
    const known = proposals.get(solution.number);
    if (known) known.titles.push(title);
    else proposals.set(solution.number, { titles: [title], number: solution.number, label: solution.label, deltas: deltasOf(solution, baseline) });
  };
  const knee = kneeOf(solutions.map((solution) => ({ id: solution.number, figures: figuresOf(solution.figures) })), figuresOf(baseline.figures));
  propose(front.find((solution) => solution.number === knee), "Best compromise (knee)");
  for (const { key, direction } of objectives) propose(bestOf(front, key, direction === "max" ? 1 : -1), bestWords[key]);
  return [...proposals.values()];
}

function bestOf(front: readonly SolutionView[], key: ObjectiveKey, sign: 1 | -1): SolutionView | undefined {
  return [...front].sort((a, b) => sign * (b.figures[key].value - a.figures[key].value) || a.number - b.number)[0];
}

function deltasOf(solution: SolutionView, baseline: SolutionView): Proposal["deltas"] {
  if (solution.isBaseline) return [];
  return objectives.map(({ key, label }) => ({ key, label, delta: deltaOf(key, solution.figures[key], baseline.figures[key]) }));
}
