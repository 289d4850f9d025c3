import { extraText } from "@/components/experiments/launch/spoken-goal";
import type { DetailRow } from "@/components/experiments/view/prepare-solution";
import { steerWords } from "@/components/experiments/view/steer-words";
import { wholeNumber } from "@/components/whole-number";
import { formatNumber } from "@/lib/domain/format";
import { presetInfo, weightsOf } from "@/lib/domain/goals";
import { objectives } from "@/lib/domain/objectives";
import type { ExperimentPageView } from "@/lib/experiments/page-schema";
import type { SteerRecord } from "@/lib/experiments/schema";

/** What an experiment was launched with, in the order of the form. */
export function prepareLaunch(experiment: ExperimentPageView): DetailRow[] {
  const { goal, seed, itemLimit, strategy, planning, reuse, templates, benchmarks, model, spec } = experiment;
  const usual = weightsOf(goal.preset);
  const weights = objectives.filter(({ key }) => goal.weights[key] !== usual[key]).map(({ key }) => extraText({ kind: "weight", objective: key, weight: goal.weights[key] }));
  return [
    { label: "Model", value: model, note: spec.revision ? `revision ${spec.revision}` : "" },
    ...(goal.words ? [{ label: "Goal in words", value: goal.words }] : []),
    { label: "Goal", value: presetInfo[goal.preset].title, note: presetInfo[goal.preset].summary },
    ...(weights.length > 0 ? [{ label: "Weights", value: weights.join("; ") }] : []),
    { label: "Constraints", value: goal.constraints.map((constraint) => extraText({ kind: "constraint", constraint })).join("; ") || "none" },
    { label: "Benchmarks", value: benchmarks.join(", "), note: itemLimit === null ? "all items" : `${wholeNumber(itemLimit)} items each` },
    { label: "Seed", value: String(seed) },
    { label: "Strategy", value: strategy },
    { label: "Planning", value: planning ? "by a language model, where there is one" : "by rules" },
    { label: "Earlier measurements", value: reuse ? "taken over where all conditions are the same" : "not taken over" },
    ...(templates.length > 0 ? [{ label: "Templates first", value: templates.map(({ title }) => title).join(", ") }] : []),
  ];
}

export interface BudgetRow {
  label: string;
  limit: string;
  /** Null for the time, which goes on while it is looked at. */
  spent: string | null;
}

/** Each limit with what was spent of it; what is not limited says so. */
export function prepareBudget(experiment: ExperimentPageView): BudgetRow[] {
  const { maxEpisodes, episodesDone, budgetHours, limits, carbonGrams, hypervolume } = experiment;
  return [
    { label: "Episodes", limit: String(maxEpisodes), spent: String(episodesDone) },
    { label: "Time", limit: `${budgetHours} h`, spent: null },
    { label: "CO2 of all jobs", limit: limits.carbonGrams === null ? "no limit" : `${formatNumber(limits.carbonGrams)} g`, spent: `${formatNumber(carbonGrams)} g` },
    { label: "Hypervolume that is enough", limit: limits.targetHypervolume === null ? "none set" : formatNumber(limits.targetHypervolume), spent: hypervolume === null ? "–" : formatNumber(hypervolume) },
  ];
}

/** Methods that people have ruled on; every other one is the search's choice. */
export function prepareMethods({ controls }: Pick<ExperimentPageView, "controls">): DetailRow[] {
  return [
    { label: "In every recipe", value: controls.pinned.join(", ") || "none" },
    { label: "Only these", value: controls.allowed.join(", ") || "no such limit" },
    { label: "Never used", value: controls.forbidden.join(", ") || "none" },
  ];
}

/** What people changed, newest first. */
export function prepareSteered(steered: readonly SteerRecord[]): { seq: number; at: string; text: string }[] {
  return steered.map(({ seq, at, by, change }) => ({ seq, at, text: `${by} ${steerWords(change)}` })).reverse();
}
