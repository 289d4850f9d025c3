import { presetInfo, type Constraint, type GoalPreset } from "@/lib/domain/goals";
import { noRules, withSpokenRules, type Extension, type GoalInput, type Limits, type Rules, type Steer } from "@/lib/experiments/schema";
import { UserError } from "./errors";

/** Goal, limits and changes as the command line's flags say them; the schemas of the API judge the rest. */

export interface GoalFlags {
  preset?: string;
  maxAccuracyLoss?: string;
  maxMemory?: string;
  maxLatency?: string;
  maxSize?: string;
  maxCarbon?: string;
  maxUsd?: string;
  maxTokens?: string;
  target?: string;
  strategy?: string;
}

/** Flags win over what was said in words; bounds that neither names are the preset's. */
export function goalFromFlags(flags: GoalFlags, spoken: { goal?: GoalInput; limits?: Partial<Limits> } = {}) {
  const number = (flag: string, text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value)) return value;
    throw new UserError(`${flag} needs a number, not "${text}".`, "`npm run lab -- run --help` lists the flags.", 2);
  };
  const loss = number("--max-accuracy-loss", flags.maxAccuracyLoss);
  const given: Constraint[] = [
    ...(loss === undefined ? [] : [{ objective: "accuracy" as const, bound: Number((1 - loss / 100).toPrecision(6)), relative: true }]),
    ...(
      [
        ["memory_gb", number("--max-memory", flags.maxMemory)],
        ["latency_ms", number("--max-latency", flags.maxLatency)],
        ["model_size_gb", number("--max-size", flags.maxSize)],
      ] as const
    ).flatMap(([objective, bound]) => (bound === undefined ? [] : [{ objective, bound, relative: false }])),
  ];
  const preset = flags.preset ?? spoken.goal?.preset ?? "balanced";
  const own = spoken.goal?.constraints ?? (presetInfo[preset as GoalPreset] as (typeof presetInfo)[GoalPreset] | undefined)?.constraints ?? [];
  const kept = own.filter(({ objective }) => !given.some((constraint) => constraint.objective === objective));
  return {
    goal: { ...spoken.goal, preset, constraints: [...given, ...kept] },
    limits: {
      carbonGrams: number("--max-carbon", flags.maxCarbon) ?? spoken.limits?.carbonGrams,
      usd: number("--max-usd", flags.maxUsd) ?? spoken.limits?.usd,
      tokens: number("--max-tokens", flags.maxTokens) ?? spoken.limits?.tokens,
      targetHypervolume: number("--target", flags.target) ?? spoken.limits?.targetHypervolume,
    },
    strategy: flags.strategy,
  };
}

export interface RuleFlags {
  pin?: string;
  forbid?: string;
  only?: string;
}

/** Names that a flag gives, separated by commas. */
export function namesOf(list = ""): string[] {
  return list.split(",").map((name) => name.trim()).filter(Boolean);
}

/** Flags win over what was said in words about the same name. */
export function rulesFromFlags({ only, forbid, pin }: RuleFlags, spoken: Rules = noRules): Rules {
  return withSpokenRules(spoken, { allowed: namesOf(only), forbidden: namesOf(forbid), pinned: namesOf(pin) });
}

export interface SteerFlags extends RuleFlags {
  free?: string;
  next?: string;
  addEpisodes?: string;
  addHours?: string;
  addCarbon?: string;
  addUsd?: string;
  addTokens?: string;
}

/** One change for each flag, in the order in which they stand in the help. `readRecipe` reads the file that --next names. */
export function changesOf(flags: SteerFlags, readRecipe: (file: string) => unknown): Steer[] {
  const rules = { pinned: flags.pin, forbidden: flags.forbid, allowed: flags.only, free: flags.free } as const;
  const methods = Object.entries(rules).flatMap(([rule, names]) =>
    namesOf(names).map((method) => ({ kind: "method" as const, method, rule: rule as keyof typeof rules })),
  );
  const add = { episodes: flags.addEpisodes, hours: flags.addHours, carbonGrams: flags.addCarbon, usd: flags.addUsd, tokens: flags.addTokens };
  const added = Object.fromEntries(Object.entries(add).flatMap(([name, text]) => (text === undefined ? [] : [[name, Number(text)]]))) as Extension;
  return [
    ...methods,
    ...(flags.next === undefined ? [] : [{ kind: "next" as const, recipe: (flags.next === "none" ? null : readRecipe(flags.next)) as (Steer & { kind: "next" })["recipe"] }]),
    ...(Object.keys(added).length > 0 ? [{ kind: "extend" as const, add: added }] : []),
  ];
}
