import { mayUse, type Recipe, type Rules } from "@/lib/experiments/schema";
import type { PlanBrief, Wish } from "@/lib/coordinator/context";
import type { MethodInfo } from "@/lib/runner/client";
import { parseGoal } from "./goal/parse-goal";
import { methodsNamedIn } from "./reflection/words";

type Method = Pick<MethodInfo, "name" | "action" | "runtimes" | "availability">;

/**
 * The open items of a person that name methods, in the plan's order: each is to be the next step, where a legal recipe
 * has what it names. A width beside them ("awq with 3 bits") belongs to them. An item that speaks against what it names
 * is none.
 */
export function wishesOf({ items }: Pick<PlanBrief, "items">, methods: readonly Method[], rules: Rules): Wish[] {
  const all = methods.map(({ name }) => name);
  return items.flatMap(({ id, text, author }) => {
    const named = author === "person" ? methodsNamedIn(text, methods) : [];
    if (named.length === 0 || parseGoal(text, all).rules.forbidden.length > 0) return [];
    const widths = [...text.matchAll(/\b([2348])[ -]?bits?\b/gi)].map(([, bits]) => `${bits ?? ""}-bit`);
    return [{ item: id, text, names: [...new Set([...named, ...widths])], obstacle: obstacleOf(named, methods, rules) }];
  });
}

/** Why none of the methods can be used at all; null where the search is to say. */
function obstacleOf(named: readonly string[], methods: readonly Method[], rules: Rules): string | null {
  const reasons = methods.flatMap((method) => {
    if (!named.includes(method.name)) return [];
    if (!method.availability.available) return [`${method.name} is not available here: ${method.availability.reason ?? ""}`];
    return [mayUse(method, rules) ? null : `a person ruled ${method.name} out.`];
  });
  return reasons.every((reason) => reason !== null) ? reasons.join(" ") : null;
}

/** What changes shapes comes before what trains, and that before what packs the weights. */
const order = ["pruning", "asvd", "distillation", "lora", "qlora", "quantization"];

/** The recipe that the next step of the last look back speaks of, with the methods' own defaults: the search ranks it with the rest. */
export function recipeOfNext({ next }: Pick<PlanBrief, "next">, methods: readonly Method[]): Recipe[] {
  if (!next || next.methods.length > 3) return [];
  const chosen = methods.filter(({ name, availability }) => availability.available && next.methods.includes(name)).sort((a, b) => order.indexOf(a.action) - order.indexOf(b.action));
  const [first] = chosen;
  // Two of a kind are two proposals, not one recipe.
  if (!first || new Set(chosen.map(({ action }) => action)).size < chosen.length) return [];
  const shared = first.runtimes.filter((runtime) => chosen.every(({ runtimes }) => runtimes.includes(runtime)));
  const runtime = shared.find((each) => each === "onnxruntime") ?? shared[0];
  return runtime ? [{ version: 1, steps: chosen.map(({ name }) => ({ method: name, params: {} })), runtime }] : [];
}
