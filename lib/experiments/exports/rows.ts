import { objectiveKeys } from "@/lib/domain/objectives";
import type { ExperimentView, SolutionView } from "@/lib/experiments/schema";

export type Cell = string | number | boolean | null;

/** One flat row for each solution, in one order of columns: what tables of any kind are made of. */
export interface ExportTable {
  columns: string[];
  rows: Cell[][];
}

/** Figures with their intervals, each benchmark's score, and the recipe both as JSON and by its first step's parts. */
export function tableOf(view: ExperimentView): ExportTable {
  const solutions = [...view.solutions].sort((a, b) => a.number - b.number);
  const benchmarks = [...new Set(solutions.flatMap((solution) => solution.benchmarks.map(({ name }) => name)))].sort();
  const figures = objectiveKeys.flatMap((key) => [key, `${key}_low`, `${key}_high`]);
  return {
    columns: ["experiment", "model", "episode", "label", "methods", "runtime", "baseline", "on_front", "artifact", ...figures, "perplexity", ...benchmarks.map((name) => `score_${name}`), "device", "labels", "decided_by", "recipe"],
    rows: solutions.map((solution) => [
      view.name,
      view.model,
      solution.number,
      solution.label,
      solution.recipe.steps.map(({ method }) => method).join("+"),
      solution.recipe.runtime,
      solution.isBaseline,
      solution.onFront,
      solution.artifactHash,
      ...objectiveKeys.flatMap((key) => {
        const { value, low, high } = solution.figures[key];
        return [value, low, high];
      }),
      solution.perplexity?.value ?? null,
      ...benchmarks.map((name) => scoreOf(solution, name)),
      solution.device,
      solution.labels.join("; "),
      view.episodes.find(({ number }) => number === solution.number)?.decision?.decidedBy ?? null,
      JSON.stringify(solution.recipe),
    ]),
  };
}

function scoreOf(solution: SolutionView, benchmark: string): number | null {
  return solution.benchmarks.find(({ name }) => name === benchmark)?.score.value ?? null;
}
