import { z } from "zod";

/**
 * What recipes may be made of. A name is a method, a kind of step, `training` for whatever trains weights, or the width
 * that weights are packed to, such as `4-bit`; the runner knows which names there are and what answers to them.
 */

const names = (most: number) => z.array(z.string().trim().min(1, "Name a method.").max(60)).max(most, `At most ${most} names.`).default([]);

export const rulesSchema = z.strictObject({
  /** Where not empty, every step answers to one of these. */
  allowed: names(100),
  /** No step answers to any of these. */
  forbidden: names(100),
  /** Every recipe holds these, where that is legal. */
  pinned: names(8),
});
export type Rules = z.output<typeof rulesSchema>;

export const ruleKinds = ["pinned", "forbidden", "allowed"] as const;
export type RuleKind = (typeof ruleKinds)[number];

export const noRules: Rules = { allowed: [], forbidden: [], pinned: [] };

/** What a person may name besides single methods. */
export const stepKinds = [
  { name: "quantization", title: "Quantization" },
  { name: "pruning", title: "Pruning" },
  { name: "distillation", title: "Distillation" },
  { name: "training", title: "Whatever trains weights" },
  { name: "2-bit", title: "2-bit weights" },
  { name: "3-bit", title: "3-bit weights" },
  { name: "4-bit", title: "4-bit weights" },
  { name: "8-bit", title: "8-bit weights" },
] as const;

/** A name stands in one list at most; a free one in none. */
export function withRule<R extends Rules>(rules: R, name: string, rule: RuleKind | "free"): R {
  const without = (list: readonly string[]): string[] => list.filter((each) => each !== name);
  const changed = Object.fromEntries(ruleKinds.map((kind) => [kind, [...without(rules[kind]), ...(kind === rule ? [name] : [])]]));
  return { ...rules, ...changed };
}

/** One sentence for each list that holds something. */
export function rulesInWords({ allowed, forbidden, pinned }: Rules): string[] {
  return [
    ...(allowed.length > 0 ? [`Only ${allowed.join(" or ")}`] : []),
    ...(forbidden.length > 0 ? [`Never ${forbidden.join(" or ")}`] : []),
    ...(pinned.length > 0 ? [`${pinned.join(" and ")} in every recipe`] : []),
  ];
}

/** The rules alone, as the runner is told them. */
export function rulesOf({ allowed, forbidden, pinned }: Rules): Rules {
  return { allowed, forbidden, pinned };
}

/** The rules with what was said besides; the latest word on a name holds. */
export function withSpokenRules(rules: Rules, spoken: Rules): Rules {
  return ruleKinds.reduce((known, kind) => spoken[kind].reduce((sofar, name) => withRule(sofar, name, kind), known), rules);
}

/** Whether any step of a method can keep the rules, as far as that can be told without its parameters. */
export function mayUse({ name, action }: { name: string; action: string }, { allowed, forbidden }: Rules): boolean {
  const answersTo = (named: string): boolean => named === name || named === action;
  const ofParams = allowed.some((named) => named === "training" || /^\d-bit$/.test(named));
  return !forbidden.some(answersTo) && (allowed.length === 0 || ofParams || allowed.some(answersTo));
}
