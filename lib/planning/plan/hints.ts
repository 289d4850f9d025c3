import { labelOf, titleOfMethod } from "@/lib/coordinator/recipes";
import { formatNumber } from "@/lib/domain/format";
import { brokenBy } from "@/lib/domain/goals";
import { hypervolume } from "@/lib/domain/hypervolume";
import { objectiveKeys, type Figures } from "@/lib/domain/objectives";
import type { ExperimentView } from "@/lib/experiments/schema";
import type { Experience } from "@/lib/skills/schema";
import type { Hint } from "./draft";

/** Below this a memory is of another kind of model, and worth no line in a plan. */
const leastSimilarity = 0.6;
const ones = Object.fromEntries(objectiveKeys.map((key) => [key, 1])) as Figures;

/** What the memory suggests to begin with: the recipes that gained most under similar circumstances and kept the goal's relative limits. */
export function hintsOf(memory: readonly Experience[], goal: ExperimentView["goal"]): Hint[] {
  const relative = goal.constraints.filter((constraint) => constraint.relative);
  const seen = new Set<string>();
  return memory
    .filter(({ similarity, ratios }) => similarity >= leastSimilarity && brokenBy(ratios, ones, relative).length === 0)
    .map((experience) => ({ ...experience, gain: hypervolume([experience.ratios], ones) }))
    .filter(({ gain }) => gain > 0)
    .sort((a, b) => b.gain * b.similarity - a.gain * a.similarity)
    .flatMap(({ recipe, ratios, spread, similarity, source }) => {
      const methods = [...new Set(recipe.steps.map(({ method }) => method))];
      const key = methods.join("+");
      if (methods.length === 0 || seen.has(key)) return [];
      seen.add(key);
      const share = (value: number, half: number): string => `${formatNumber(value)} ± ${formatNumber(half, 1)}`;
      const outcome = `${share(ratios.accuracy, spread.accuracy)} of the accuracy at ${share(ratios.model_size_gb, spread.model_size_gb)} of the size and ${share(ratios.latency_ms, spread.latency_ms)} of the latency`;
      return [{ methods, text: `Begin with ${methods.map(titleOfMethod).join(" and ")}, which gained most on similar models`, source: `${labelOf(recipe)} in ${source}: ${outcome}; similarity ${formatNumber(similarity)}` }];
    });
}
