import type { ExperimentTitle } from "@/lib/experiments/page-schema";
import type { Recipe } from "@/lib/experiments/schema";

/** What a shell takes as one word. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Makes a solution's artifact again from its bundle, and says whether every weight file is the same. */
export function remakeCommand(hash: string): string {
  return `cd gpu-runner && .venv/bin/python -m pareto_runner.artifacts.reproduce ${hash.slice(0, 12)}-bundle.json`;
}

/** Measures the same recipe again, under the same conditions, in an experiment of its own. */
export function measureCommand({ model, benchmarks, seed, itemLimit }: Pick<ExperimentTitle, "model" | "benchmarks" | "seed" | "itemLimit">, recipe: Recipe): string {
  return [
    "npm run lab -- run",
    `--model ${quoted(model)}`,
    `--dataset ${quoted(benchmarks.join(","))}`,
    `--seed ${seed}`,
    ...(itemLimit === null ? [] : [`--limit ${itemLimit}`]),
    "--episodes 1 --no-reuse",
    ...(recipe.steps.length === 0 ? [] : [`--recipe ${quoted(JSON.stringify(recipe))}`]),
  ].join(" ");
}
