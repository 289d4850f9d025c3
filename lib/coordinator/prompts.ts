import { objectives } from "@/lib/domain/objectives";
import type { DecisionContext } from "./context";
import { dataBlock, dataRule } from "./models/data-block";
import { boundOf } from "@/lib/domain/goals";
import { missingHere } from "@/lib/skills/registry";
import type { Ranking } from "./rank";
import { labelOf } from "./recipes";

/** What the language model is told. All that comes from outside (names, labels, errors) goes in as data only. */

export const instructions = `You help to plan the compression of a language model, one recipe at a time. After each one it is really carried out and measured, and you see the figures.

Aim: enlarge the Pareto front over five objectives, that is its hypervolume: ${objectives
  .map(({ label, direction, description }) => `${label.toLowerCase()} (${direction}: ${description})`)
  .join("; ")}.

Rules
- Use only the methods and parameters of the answer's schema. A group size must divide every layer width in linear_in_features; after structured pruning it must divide 32.
- A pipeline takes each kind of action at most once; pruning comes before quantization.
- Never repeat a recipe that was tried, successful or not. Learn from failures: what failed for lack of a feature or memory fails again.
- Prefer what teaches most: a kind that is not tried yet, then values around the best points of the front.
- In transformers on a CPU bits alone do not make a model faster; fewer heads, channels or layers do, and so do runtimes that compute with packed weights. Zeros from unstructured pruning save neither time nor bytes.
- The candidates are what a search ranks highest by the hypervolume that it expects them to add, with ratios to the baseline that it expects. Propose up to three recipes, its own or better ones; the search ranks yours with the rest and the best is taken.
- Keep to what a person allowed and forbade: methods, kinds of steps, training of any sort, widths of packed weights.
- Keep the constraints: what breaks one is worth nothing. The weights say which objectives count more to the person.
- The plan says what is still to be done; an item whose author is a person is a wish: follow it where a legal recipe can.

${dataRule}`;

/** Of other experiments' outcomes only the most similar are told; the search weighs all of them. */
const mostRemembered = 10;

/** The context as JSON; every text in it that comes from outside is bounded and quoted by the data block. */
export function contextMessage(context: DecisionContext, { candidates }: Ranking): string {
  const { spec } = context;
  const round = (value: number): number => Number(value.toPrecision(4));
  const roundAll = (figures: object): object =>
    Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, round(value as number)]));
  const data = {
    model_spec: {
      model: spec.model,
      model_size_gb: spec.model_size_gb.value,
      parameters: spec.parameters.value,
      model_family: spec.model_family.value,
      layers: spec.layers.value,
      preferred_methods: spec.preferred_methods,
      linear_in_features: spec.linear_in_features,
    },
    benchmarks: context.benchmarks,
    goal: {
      words: context.goal.words,
      weights: context.goal.weights,
      constraints: context.goal.constraints.map((constraint) => ({ objective: constraint.objective, bound: round(boundOf(constraint, context.baseline)) })),
    },
    a_person: { allowed_only: context.controls.allowed, forbade: context.controls.forbidden, wants_in_every_recipe: context.controls.pinned },
    budget_left: { episodes: context.budgetLeft.episodes, hours: round(context.budgetLeft.hours), grams_of_co2: context.budgetLeft.carbonGrams },
    hypervolume: round(context.hypervolume),
    episodes_without_improvement: context.episodesWithoutImprovement,
    baseline: roundAll(context.baseline),
    front: context.solutions.filter(({ onFront }) => onFront).map(({ episode, label, figures }) => ({ episode, label, ...roundAll(figures) })),
    not_on_front: context.solutions
      .filter(({ onFront }) => !onFront)
      .map(({ episode, label, figures, feasible, partial }) => ({ episode, label, breaks_a_constraint: !feasible, scored_in_part: partial, ...roundAll(figures) })),
    failures: context.failures.map(({ episode, label, error }) => ({ episode, label, code: error.code, message: error.message })),
    refused_by_runner: context.refused.map(({ steps, runtime }) => ({ steps, runtime })),
    last_episodes: context.lastEpisodes.map(({ episode, label, status, frontImproved }) => ({ episode, label, status, front_improved: frontImproved })),
    plan: { open: context.plan.items.map(({ text, author }) => ({ text, author })), learnt: context.plan.learnt, next: context.plan.next?.text ?? null },
    methods: context.methods
      .filter((method) => method.availability.available)
      .map(({ name, action, summary, saves, runtimes }) => ({ name, action, summary, saves, runtimes })),
    not_available_here: missingHere(context.methods),
    runtimes: context.runtimes.map(({ name, summary }) => ({ name, summary })),
    other_experiments: context.memory.slice(0, mostRemembered).map(({ recipe, ratios, similarity }) => ({ label: labelOf(recipe), ratios_to_baseline: roundAll(ratios), similarity: round(similarity) })),
    failed_in_other_experiments: context.pastFailures.slice(0, mostRemembered).map(({ label, code, similarity }) => ({ label, code, similarity: round(similarity) })),
    candidates: candidates.map(({ recipe, label, gain, expected, feasible }) => ({
      label,
      steps: recipe.steps,
      runtime: recipe.runtime,
      expected_improvement: { mean: round(gain.mean), deviation: round(gain.sd) },
      expected_ratios: Object.fromEntries(Object.entries(expected).map(([key, { ratio, low, high }]) => [key, [round(low), round(ratio), round(high)]])),
      chance_to_keep_constraints: round(feasible),
    })),
  };
  return `Decide episode ${context.episode}.\n${dataBlock(data)}`;
}
