import { describeConstraint } from "../goal/describe";
import type { GoalPreset } from "@/lib/domain/goals";
import { mayUse, type ExperimentView } from "@/lib/experiments/schema";
import type { MethodInfo, RuntimeInfo } from "@/lib/runner/client";
import type { DraftItem } from "./schema";

/** What another experiment's outcome suggests. */
export interface Hint {
  methods: string[];
  text: string;
  source: string;
}

export interface PlanBasis {
  view: Pick<ExperimentView, "goal" | "maxEpisodes" | "spec" | "controls">;
  methods: readonly Pick<MethodInfo, "name" | "title" | "action" | "availability" | "families">[];
  runtimes: readonly Pick<RuntimeInfo, "name" | "title" | "availability">[];
  hints: readonly Hint[];
}

const purposes: Record<string, string> = {
  quantization: "Store the weights in fewer bits",
  pruning: "Cut or zero what counts least",
  asvd: "Replace layers by low-rank factors",
  distillation: "Teach a smaller student",
  lora: "Train an adapter against the loss",
  qlora: "Train an adapter over 4-bit weights",
};

/** In which order kinds of work pay for a goal: what acts most directly on the objective that counts most comes first. */
const orders: Record<GoalPreset, readonly string[]> = {
  balanced: ["quantization", "runtime", "pruning", "combination", "asvd"],
  quality: ["quantization", "runtime", "qlora", "distillation"],
  smallest: ["quantization", "combination", "pruning", "asvd", "distillation"],
  fastest: ["runtime", "pruning", "combination", "quantization", "distillation"],
  greenest: ["runtime", "quantization", "pruning", "combination"],
  quick: ["quantization", "runtime"],
};

/** A plan by rules, from what is known before anything is measured. It names only what can be used here. */
export function draftPlan({ view, methods, runtimes, hints }: PlanBasis): DraftItem[] {
  const usable = methods.filter((method) => method.availability.available && mayUse(method, view.controls) && (!method.families?.length || method.families.includes(view.spec.model_family.value)));
  const other = runtimes.filter(({ name, availability }) => availability.available && name !== "transformers");
  const items: DraftItem[] = [{ text: "Measure the uncompressed model: everything is compared with it", check: { kind: "baseline" }, evidence: [] }];
  const tries: DraftItem[] = hints.filter((hint) => hint.methods.every((name) => usable.some((method) => method.name === name))).slice(0, 2).map(({ methods: named, text, source }) => ({ text, check: { kind: "method", methods: named, after: 0 }, evidence: [{ episode: null, text: source }] }));
  for (const kind of orders[view.goal.preset]) {
    const fitting = usable.filter(({ action }) => action === kind);
    if (kind === "runtime" && other.length > 0) {
      tries.push({ text: `Run packed weights where they are computed with: ${listed(other.map(({ title }) => title))}`, check: { kind: "runtime", runtimes: other.map(({ name }) => name) }, evidence: [] });
    } else if (kind === "combination" && usable.length > 1) {
      tries.push({ text: "Combine what gained most into one recipe", check: { kind: "combination", methods: [] }, evidence: [] });
    } else if (fitting.length > 0) {
      tries.push({ text: `${purposes[kind] ?? kind}: ${listed(fitting.map(({ title }) => title))}`, check: { kind: "method", methods: fitting.map(({ name }) => name), after: 0 }, evidence: [] });
    }
  }
  // A plan of more than its episodes can hold would only be crossed out.
  items.push(...tries.slice(0, view.maxEpisodes));
  const { constraints } = view.goal;
  if (constraints.length > 0) items.push({ text: `Find a solution that keeps the limits: ${constraints.map(describeConstraint).join("; ")}`, check: { kind: "feasible" }, evidence: [] });
  items.push({ text: "Say which solutions are on the front", check: { kind: "end" }, evidence: [] });
  return items;
}

const mostNamed = 5;

function listed(titles: readonly string[]): string {
  const more = titles.length - mostNamed;
  return more > 0 ? `${titles.slice(0, mostNamed).join(", ")} and ${more} more` : titles.join(", ");
}
