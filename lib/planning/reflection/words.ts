import { titleOfMethod } from "@/lib/coordinator/recipes";
import { formatNumber } from "@/lib/domain/format";
import { objectiveOf, type ObjectiveKey } from "@/lib/domain/objectives";
import type { ExperimentView } from "@/lib/experiments/schema";
import type { PlanItemView } from "../plan/schema";
import { methodsOf } from "./facts";
import type { FactRange, NextStep, ReflectionFacts } from "./schema";

/** The facts in plain sentences, by rules. */
export function sentencesOf(facts: ReflectionFacts): string[] {
  const { methods, surprises, failures, feasible } = facts;
  const sentences = [`${facts.done} of ${facts.done + facts.failed} episodes came to a solution, ${facts.improved} improved the front; hypervolume ${formatNumber(facts.hypervolume)}.`];
  for (const { method, gain, accuracy, model_size_gb, latency_ms, episodes } of methods) {
    sentences.push(
      `${titleOfMethod(method)} (${episodesText(episodes)}): accuracy ${ratioText(accuracy)}, size ${ratioText(model_size_gb)}, latency ${ratioText(latency_ms)} of the baseline's; ${gain > 0 ? `${formatNumber(gain)} hypervolume an episode` : "nothing added to the hypervolume"}.`,
    );
  }
  for (const { episode, label, objective, expected, measured } of surprises.slice(-5)) {
    sentences.push(`Episode ${episode} (${label}): ${objectiveOf(objective as ObjectiveKey).label.toLowerCase()} came to ${ratioText(measured)} of the baseline's, outside the expected ${formatNumber(expected.low)} to ${formatNumber(expected.high)}.`);
  }
  for (const { code, episodes, message } of failures) sentences.push(`Failed (${episodesText(episodes)}), ${code}: ${message}`);
  if (feasible) sentences.push(`${feasible.kept} of ${feasible.of} compressed solutions keep the goal's limits.`);
  return sentences;
}

function ratioText({ ratio, low, high }: FactRange): string {
  if (low === high) return formatNumber(ratio);
  return `${formatNumber(ratio)} (${formatNumber(low)} to ${formatNumber(high)})`;
}

function episodesText(numbers: readonly number[]): string {
  return `${numbers.length === 1 ? "episode" : "episodes"} ${numbers.join(", ")}`;
}

/** What to do next, by rules; null when nothing follows from the facts. A person's wish comes first. */
export function nextStepOf(view: ExperimentView, facts: ReflectionFacts, plan: readonly PlanItemView[], usable: readonly { name: string; action: string }[]): NextStep | null {
  const by = "rules";
  const wish = plan.find(({ author, status }) => author === "person" && (status === "todo" || status === "doing"));
  if (wish) return { text: `Do what a person asked for: ${wish.text}`, methods: methodsNamedIn(wish.text, usable), by: "person" };
  const actionOf = (method: string): string => usable.find(({ name }) => name === method)?.action ?? "";
  const gained = facts.methods.filter(({ gain }) => gain > 0);
  if (facts.feasible && facts.feasible.of > 0 && facts.feasible.kept === 0) {
    const mildest = facts.methods.toSorted((a, b) => b.accuracy.ratio - a.accuracy.ratio)[0];
    if (mildest) return { text: `Nothing keeps the limits yet: stay near ${titleOfMethod(mildest.method)}, which lost the least accuracy`, methods: [mildest.method], by };
  }
  const best = gained[0];
  const partner = gained.find(({ method }) => actionOf(method) !== actionOf(best?.method ?? ""));
  const together = view.solutions.some((solution) => best && partner && [best.method, partner.method].every((method) => methodsOf(solution).includes(method)));
  if (best && partner && !together) {
    return { text: `Combine ${titleOfMethod(best.method)} with ${titleOfMethod(partner.method)}: each gained, and no recipe has both`, methods: [best.method, partner.method], by };
  }
  const tried = new Set(view.episodes.flatMap(({ decision }) => decision?.recipe?.steps.map((step) => actionOf(step.method)) ?? []));
  const untried = usable.filter(({ action }) => !tried.has(action));
  const [first] = untried;
  if (first) return { text: `Try another kind: ${untried.slice(0, 3).map(({ name }) => titleOfMethod(name)).join(", ")}`, methods: untried.map(({ name }) => name), by };
  return best ? { text: `Look around ${titleOfMethod(best.method)}, which gained most`, methods: [best.method], by } : null;
}

/** The methods that a text names, by their names or titles as whole words. */
export function methodsNamedIn(text: string, usable: readonly { name: string }[]): string[] {
  const words = ` ${text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, " ")} `;
  return usable.map(({ name }) => name).filter((name) => words.includes(` ${name.replaceAll("_", " ").toLowerCase()} `));
}
