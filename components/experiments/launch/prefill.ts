import { emptyGoal, withPreset, type CorrectionDraft, type GoalDraft } from "@/components/experiments/launch/goal-draft";
import { fillDraft, type SpokenGoal } from "@/components/experiments/launch/spoken-goal";
import { goalPresets, weightsOf } from "@/lib/domain/goals";
import type { ObjectiveKey } from "@/lib/domain/objectives";
import type { ExperimentView, Rules } from "@/lib/experiments/schema";

/** What the launch form starts with, read from an address such as `?model=pocket&benchmarks=a,b&episodes=6`. */

export interface LaunchDraft {
  model: string;
  benchmarks: string[];
  maxEpisodes: string;
  budgetHours: string;
  seed: string;
  itemLimit: string;
  strategy: string;
  goal: GoalDraft;
  /** The goal in words, where it was said so. */
  spoken?: SpokenGoal;
  specCorrections: CorrectionDraft;
  /** The server's defaults hold for what is left out. */
  planning?: boolean;
  reuse?: boolean;
  templates?: string[];
  rules?: Rules;
}

export interface Prefill {
  draft: LaunchDraft;
  /** Benchmarks named in the address that do not exist here; kept so that the form can say so. */
  unknownBenchmarks: string[];
}

export const demoHref = "/experiments/new?model=pocket&episodes=6";

export type Query = Record<string, string | string[] | undefined>;

/** Numbers stay text: what was typed or linked is shown as it is and judged when the form is sent. */
export function readPrefill(query: Query, known: readonly { name: string; available: boolean }[]): Prefill {
  const named = textOf(query.benchmarks)
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  const names = new Set(known.map((benchmark) => benchmark.name));
  const usable = known.filter((benchmark) => benchmark.available).map((benchmark) => benchmark.name);
  return {
    draft: {
      model: textOf(query.model) || "pocket",
      benchmarks: named.length > 0 ? named.filter((name) => names.has(name)) : usable,
      maxEpisodes: textOf(query.episodes) || "6",
      budgetHours: textOf(query.hours) || "1",
      seed: textOf(query.seed) || "0",
      itemLimit: textOf(query.items),
      strategy: textOf(query.strategy) || "hybrid",
      goal: withPreset(emptyGoal, goalPresets.find((preset) => preset === textOf(query.goal)) ?? "balanced"),
      specCorrections: {},
      ...(textOf(query.templates) ? { templates: textOf(query.templates).split(",").map((name) => name.trim()).filter(Boolean) } : {}),
      ...(textOf(query.planning) ? { planning: textOf(query.planning) === "1" } : {}),
      ...(textOf(query.reuse) ? { reuse: textOf(query.reuse) !== "0" } : {}),
    },
    unknownBenchmarks: known.length > 0 ? named.filter((name) => !names.has(name)) : [],
  };
}

type Launched = Pick<ExperimentView, "model" | "benchmarks" | "maxEpisodes" | "budgetHours" | "seed" | "itemLimit" | "strategy" | "planning" | "reuse" | "templates" | "goal" | "limits" | "controls">;

/** What another experiment was launched with, to launch it again: with all that was added to its budget meanwhile. */
export function prefillFrom(experiment: Launched, known: readonly { name: string; available: boolean }[], templates: readonly { name: string; title: string }[]): Prefill {
  const { goal, limits, itemLimit } = experiment;
  const { pinned, forbidden, allowed } = experiment.controls;
  const { draft, unknownBenchmarks } = readPrefill(
    {
      model: experiment.model,
      benchmarks: experiment.benchmarks,
      episodes: String(experiment.maxEpisodes),
      hours: String(experiment.budgetHours),
      seed: String(experiment.seed),
      items: itemLimit === null ? "" : String(itemLimit),
      strategy: experiment.strategy,
      planning: experiment.planning ? "1" : "0",
      reuse: experiment.reuse ? "1" : "0",
      templates: templates.flatMap(({ name, title }) => (experiment.templates.some((each) => each.title === title) ? [name] : [])),
    },
    known,
  );
  // The preset's own weights need not be said again.
  const usual = weightsOf(goal.preset);
  const weights = Object.fromEntries(Object.entries(goal.weights).filter(([key, weight]) => weight !== usual[key as ObjectiveKey]));
  const spoken = { words: goal.words ?? "", goal: { preset: goal.preset, constraints: [...goal.constraints], weights }, limits: { ...limits, maxEpisodes: null, budgetHours: null, itemLimit: null }, rules: { pinned, forbidden, allowed } };
  return { draft: fillDraft(draft, spoken), unknownBenchmarks };
}

function textOf(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value.join(",") : (value ?? "")).trim();
}
