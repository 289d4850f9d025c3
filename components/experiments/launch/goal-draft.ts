import { presetInfo, type Constraint, type GoalPreset } from "@/lib/domain/goals";
import type { ObjectiveKey } from "@/lib/domain/objectives";
import type { FieldProblem, GoalInput, SpecCorrections } from "@/lib/experiments/schema";

/** What a person is after, as typed: numbers stay text until the form is sent; empty means no bound. */
export interface GoalDraft {
  preset: GoalPreset;
  /** Percent of the uncompressed model's accuracy. */
  accuracyLoss: string;
  memoryGb: string;
  latencyMs: string;
  sizeGb: string;
  carbonGrams: string;
  usd: string;
  targetHypervolume: string;
}

export const boundFields = [
  { name: "accuracyLoss", label: "Accuracy loss, at most", unit: "%" },
  { name: "memoryGb", label: "Memory, at most", unit: "GB" },
  { name: "latencyMs", label: "Latency, at most", unit: "ms per token" },
  { name: "sizeGb", label: "Size, at most", unit: "GB" },
] as const;

export const limitFields = [
  { name: "carbonGrams", label: "CO2 budget", unit: "g", hint: "It ends when its jobs have emitted this much." },
  { name: "usd", label: "Money for language models", unit: "USD", hint: "Then the search decides alone." },
  { name: "targetHypervolume", label: "Target hypervolume", unit: "", hint: "It ends when the front reaches it." },
] as const;

/** The preset's own bounds replace what stood there; the rest of the draft is kept. */
export function withPreset(draft: GoalDraft, preset: GoalPreset): GoalDraft {
  const floor = presetInfo[preset].constraints.find(({ objective }) => objective === "accuracy");
  return { ...draft, preset, accuracyLoss: floor ? String(Number(((1 - floor.bound) * 100).toPrecision(4))) : "" };
}

export const emptyGoal: GoalDraft = { preset: "balanced", accuracyLoss: "", memoryGb: "", latencyMs: "", sizeGb: "", carbonGrams: "", usd: "", targetHypervolume: "" };

export interface ReadGoal {
  goal: GoalInput;
  limits: { carbonGrams: number | null; usd: number | null; targetHypervolume: number | null };
  problems: FieldProblem[];
}

export function readGoal(draft: GoalDraft): ReadGoal {
  const problems: FieldProblem[] = [];
  const read = (name: keyof GoalDraft, label: string, highest = Infinity): number | null => {
    const text = draft[name].trim();
    if (text === "") return null;
    const value = Number(text);
    if (value > 0 && value < highest) return value;
    const between = highest === Infinity ? "above zero" : `above zero and below ${highest}`;
    problems.push({ field: `goal.${name}`, message: `${label} must be a number ${between}.`, remedy: "Leave it empty for no limit." });
    return null;
  };
  const constraints: Constraint[] = [];
  const loss = read("accuracyLoss", "The loss", 100);
  if (loss !== null) constraints.push({ objective: "accuracy", bound: Number((1 - loss / 100).toPrecision(6)), relative: true });
  const costs: [keyof GoalDraft, string, ObjectiveKey][] = [
    ["memoryGb", "Memory", "memory_gb"],
    ["latencyMs", "Latency", "latency_ms"],
    ["sizeGb", "Size", "model_size_gb"],
  ];
  for (const [name, label, objective] of costs) {
    const bound = read(name, label);
    if (bound !== null) constraints.push({ objective, bound, relative: false });
  }
  const limits = {
    carbonGrams: read("carbonGrams", "The CO2 budget"),
    usd: read("usd", "Money"),
    targetHypervolume: read("targetHypervolume", "The target", 1),
  };
  return { goal: { preset: draft.preset, constraints }, limits, problems };
}

export const correctable = [
  { name: "parameters", label: "Parameters", hint: "7B, 350M or a whole number" },
  { name: "model_size_gb", label: "Size on disk, GB", hint: "" },
  { name: "model_family", label: "Family", hint: "" },
  { name: "layers", label: "Layers", hint: "" },
  { name: "license", label: "Licence", hint: "" },
] as const;
export type Correctable = (typeof correctable)[number]["name"];
export type CorrectionDraft = Partial<Record<Correctable, string>>;

const steps: Record<string, number> = { "": 1, K: 1e3, M: 1e6, B: 1e9 };

/** What was typed into the fields of the model; empty ones correct nothing. */
export function readCorrections(draft: CorrectionDraft): { corrections: SpecCorrections; problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const corrections: Record<string, string | number> = {};
  for (const { name, label } of correctable) {
    const text = draft[name]?.trim() ?? "";
    if (text === "") continue;
    if (name === "model_family" || name === "license") {
      corrections[name] = text;
      continue;
    }
    const [, digits = "", step = ""] = /^([\d.]+)\s*([kmb]?)$/i.exec(text) ?? [];
    const value = Number(digits) * (steps[step.toUpperCase()] ?? NaN);
    const whole = name === "layers";
    if (value > 0 && (!whole || Number.isInteger(value))) corrections[name] = value;
    else problems.push({ field: `specCorrections.${name}`, message: `${label} must be a ${whole ? "whole " : ""}number above zero.`, remedy: "Leave it empty to keep what is known." });
  }
  return { corrections, problems };
}
