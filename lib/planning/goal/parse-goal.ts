import { presetInfo, type Constraint, type GoalPreset, type Weights } from "@/lib/domain/goals";
import { objectiveOf, type ObjectiveKey } from "@/lib/domain/objectives";
import { noRules, rulesInWords, withRule, withSpokenRules } from "@/lib/experiments/rules-schema";
import { describeConstraint, describeLimit, describeWeight } from "./describe";
import { rules, type Meaning } from "./grammar";
import type { ParsedGoal, SpokenLimits } from "./schema";
import { stepRules } from "./step-rules";
import { Line } from "./words";

const mostOf: Record<keyof SpokenLimits, number> = { maxEpisodes: 500, budgetHours: 720, itemLimit: 1e6, carbonGrams: 1e9, usd: 1e6, tokens: 1e12, targetHypervolume: 1 };
const wholeLimits: ReadonlySet<keyof SpokenLimits> = new Set(["maxEpisodes", "itemLimit", "tokens"]);
const presetOf: Partial<Record<ObjectiveKey | "quick" | "balanced", GoalPreset>> = {
  accuracy: "quality",
  latency_ms: "fastest",
  model_size_gb: "smallest",
  co2_grams: "greenest",
  quick: "quick",
  balanced: "balanced",
};
/** Of an aim that is not the preset's own: less than the 4 of a preset, more than the 1 of what is not named. */
const furtherAimWeight = 3;

/**
 * Reads a goal in words by a grammar over units and phrases. It never guesses: a piece that has no meaning is handed
 * back, and a number out of range is too. `methods` are the names of the runner's.
 */
export function parseGoal(words: string, methods: readonly string[] = []): ParsedGoal {
  const line = new Line(words);
  const found: { start: number; text: string; meaning: Meaning }[] = [];
  for (const { pattern, read } of [...stepRules(methods), ...rules]) {
    line.take(pattern, (groups, { text, start }) => {
      const meaning = read(groups);
      if (meaning) found.push({ start, text, meaning });
      return meaning !== null;
    });
  }
  found.sort((a, b) => a.start - b.start);
  const parsed = emptyGoal(words);
  const aims: (ObjectiveKey | "quick" | "balanced")[] = [];
  for (const { text, meaning } of found) {
    const problem = problemOf(meaning);
    if (problem !== null || meaning.kind === "unusable") {
      parsed.left.push({ text, reason: problem ?? "" });
      continue;
    }
    if (meaning.kind === "aim") aims.push(meaning.objective);
    parsed.understood.push({ text, meaning: take(parsed, meaning), by: "grammar" });
  }
  applyAims(parsed, aims);
  parsed.left.push(...line.rest(isFiller).map((text) => ({ text, reason: "" })));
  return parsed;
}

export function emptyGoal(words: string): ParsedGoal {
  return {
    words,
    goal: { preset: "balanced", weights: {}, constraints: [] },
    limits: { maxEpisodes: null, budgetHours: null, itemLimit: null, carbonGrams: null, usd: null, tokens: null, targetHypervolume: null },
    rules: noRules,
    understood: [],
    left: [],
    plannerNote: null,
  };
}

/** Why a meaning cannot be taken; null when it can. */
export function problemOf(meaning: Meaning): string | null {
  if (meaning.kind === "unusable") return meaning.reason;
  if (meaning.kind === "constraint" && !(meaning.bound > 0)) return "A bound must be more than zero.";
  if (meaning.kind === "constraint" && meaning.objective === "accuracy" && meaning.bound > 1) return "Accuracy is at most 1, and at most all of the baseline's.";
  if (meaning.kind === "weight" && !(meaning.weight >= 0 && meaning.weight <= 100)) return "A weight is from 0 to 100.";
  if (meaning.kind !== "limit") return null;
  const { limit, value } = meaning;
  if (!(value > 0) || value > mostOf[limit]) return `It must be more than zero and at most ${mostOf[limit].toLocaleString("en")}.`;
  return wholeLimits.has(limit) && !Number.isInteger(value) ? "It must be a whole number." : null;
}

/** Puts a usable meaning into the goal and says it in plain words. Of two bounds on the same thing the tighter one holds. */
export function take(parsed: ParsedGoal, meaning: Exclude<Meaning, { kind: "unusable" }>): string {
  const { goal, limits } = parsed;
  if (meaning.kind === "constraint") {
    const { kind: _, ...constraint } = meaning;
    const known = goal.constraints.find((other) => other.objective === constraint.objective && other.relative === constraint.relative);
    if (known) known.bound = tighter(known, constraint);
    else goal.constraints.push(constraint);
    return describeConstraint(constraint);
  }
  if (meaning.kind === "limit") {
    limits[meaning.limit] = Math.min(limits[meaning.limit] ?? Infinity, meaning.value);
    return describeLimit(meaning.limit, meaning.value);
  }
  if (meaning.kind === "rule") {
    const said = meaning.names.reduce((rules, name) => withRule(rules, name, meaning.rule), noRules);
    parsed.rules = withSpokenRules(parsed.rules, said);
    return rulesInWords(said).join("; ");
  }
  if (meaning.kind === "weight") {
    goal.weights[meaning.objective] = meaning.weight;
    return describeWeight(meaning.objective, meaning.weight);
  }
  const preset = presetOf[meaning.objective];
  return preset ? `Goal: ${presetInfo[preset].title.toLowerCase()}` : describeWeight(meaning.objective as ObjectiveKey, 4);
}

function tighter(a: Constraint, b: Constraint): number {
  return objectiveOf(a.objective).direction === "max" ? Math.max(a.bound, b.bound) : Math.min(a.bound, b.bound);
}

/** The first aim chooses the preset; further ones weigh more. The preset's own bounds hold where words set none. */
function applyAims({ goal }: ParsedGoal, aims: readonly (ObjectiveKey | "quick" | "balanced")[]): void {
  const preset = aims.map((name) => presetOf[name]).find((name) => name !== undefined) ?? "balanced";
  goal.preset = preset;
  const weights: Partial<Weights> = {};
  for (const name of aims) {
    if (name !== "quick" && name !== "balanced" && presetOf[name] !== preset) weights[name] = presetOf[name] ? furtherAimWeight : 4;
  }
  goal.weights = { ...weights, ...goal.weights };
  for (const constraint of presetInfo[preset].constraints) {
    if (!goal.constraints.some(({ objective }) => objective === constraint.objective)) goal.constraints.push({ ...constraint });
  }
}

const fillerWords = new Set(
  `a an the and or but with for of to in on at as is it its that this which be by i we you me my our us please want wants need needs would like should must can could
  make makes making get gets give find produce compress compressed compressing compression shrink shrinks model models version language one so then also while when
  possible as still only just use using have has do does not more most very really all than from into under over up within keep keeping stay staying under there
  them they their what try run runs goal aim best good better not too if any some time budget let's let will may might can't per least about around roughly
  something and/or e ie eg ok okay thanks thank hi hello target most / : ' - first second main mainly priority important , trade speed size memory accuracy latency file emits emit subject`.split(/\s+/),
);

function isFiller(canonical: string): boolean {
  return fillerWords.has(canonical);
}
