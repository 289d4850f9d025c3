import type { GoalDraft } from "@/components/experiments/launch/goal-draft";
import type { Constraint } from "@/lib/domain/goals";
import { objectiveOf, type ObjectiveKey } from "@/lib/domain/objectives";
import { noRules, withSpokenRules, type Rules } from "@/lib/experiments/rules-schema";
import type { ParsedGoal } from "@/lib/planning/goal/schema";

/** What words ask for that has no field of its own in the form: shown beside the words, and each can be dropped. */
export type Extra = { kind: "constraint"; constraint: Constraint } | { kind: "weight"; objective: ObjectiveKey; weight: number } | { kind: "tokens"; tokens: number };

export interface SpokenGoal {
  words: string;
  extras: Extra[];
}

export const nothingSpoken: SpokenGoal = { words: "", extras: [] };

interface Fields {
  goal: GoalDraft;
  maxEpisodes: string;
  budgetHours: string;
  itemLimit: string;
  rules?: Rules;
}

/** The form's fields as the words fill them. What the words say nothing of stays as it was typed. */
export function fillDraft<D extends Fields>(draft: D, { words, goal, limits, rules }: Pick<ParsedGoal, "words" | "goal" | "limits" | "rules">): D & { spoken: SpokenGoal } {
  const text = (value: number | null, present: string): string => (value === null ? present : plain(value));
  const bound = (objective: ObjectiveKey, relative: boolean): number | null => goal.constraints.find((each) => each.objective === objective && each.relative === relative)?.bound ?? null;
  const floor = bound("accuracy", true);
  const filled: GoalDraft = {
    ...draft.goal,
    preset: goal.preset,
    accuracyLoss: floor === null ? "" : plain((1 - floor) * 100),
    memoryGb: text(bound("memory_gb", false), draft.goal.memoryGb),
    latencyMs: text(bound("latency_ms", false), draft.goal.latencyMs),
    sizeGb: text(bound("model_size_gb", false), draft.goal.sizeGb),
    carbonGrams: text(limits.carbonGrams, draft.goal.carbonGrams),
    usd: text(limits.usd, draft.goal.usd),
    targetHypervolume: text(limits.targetHypervolume, draft.goal.targetHypervolume),
  };
  return {
    ...draft,
    goal: filled,
    maxEpisodes: text(limits.maxEpisodes, draft.maxEpisodes),
    budgetHours: text(limits.budgetHours, draft.budgetHours),
    itemLimit: text(limits.itemLimit, draft.itemLimit),
    rules: withSpokenRules(draft.rules ?? noRules, rules),
    spoken: { words, extras: extrasOf({ goal, limits }) },
  };
}

function extrasOf({ goal, limits }: Pick<ParsedGoal, "goal" | "limits">): Extra[] {
  const hasField = ({ objective, relative }: Constraint): boolean => (objective === "accuracy" ? relative : !relative && objective !== "co2_grams");
  return [
    ...goal.constraints.filter((constraint) => !hasField(constraint)).map((constraint) => ({ kind: "constraint" as const, constraint })),
    ...Object.entries(goal.weights).map(([objective, weight]) => ({ kind: "weight" as const, objective: objective as ObjectiveKey, weight })),
    ...(limits.tokens === null ? [] : [{ kind: "tokens" as const, tokens: limits.tokens }]),
  ];
}

export function extraText(extra: Extra): string {
  if (extra.kind === "tokens") return `At most ${extra.tokens.toLocaleString("en")} tokens for language models`;
  if (extra.kind === "weight") {
    const { label } = objectiveOf(extra.objective);
    return extra.weight === 0 ? `${label} does not count` : `${label} counts ${plain(extra.weight)}-fold`;
  }
  const { objective, bound, relative } = extra.constraint;
  const { label, unit, direction } = objectiveOf(objective);
  const side = direction === "max" ? "at least" : "at most";
  return relative ? `${label} ${side} ${plain(bound * 100)} % of the uncompressed model's` : `${label} ${side} ${plain(bound)} ${unit}`.trim();
}

/** The words and what has no field, as a launch takes them. */
export function launchPartsOf({ words, extras }: SpokenGoal): { words: string | null; constraints: Constraint[]; weights: Partial<Record<ObjectiveKey, number>>; tokens: number | null } {
  return {
    words: words.trim() || null,
    constraints: extras.flatMap((extra) => (extra.kind === "constraint" ? [extra.constraint] : [])),
    weights: Object.fromEntries(extras.flatMap((extra) => (extra.kind === "weight" ? [[extra.objective, extra.weight]] : []))),
    tokens: extras.find((extra) => extra.kind === "tokens")?.tokens ?? null,
  };
}

function plain(value: number): string {
  return String(Number(value.toPrecision(6)));
}
