import type { PlanBrief } from "@/lib/coordinator/context";
import type { Recipe } from "@/lib/experiments/schema";
import type { MethodInfo } from "@/lib/runner/client";
import { methodsNamedIn } from "./reflection/words";

const mostWishes = 4;
/** What changes shapes comes before what trains, and that before what packs the weights. */
const order = ["pruning", "asvd", "distillation", "lora", "qlora", "quantization"];

/**
 * The recipes that a person's open items, and the next step of the last look back, speak of: the methods that they
 * name, with their own defaults. They are proposals: the search ranks them with the rest.
 */
export function wishesOf({ items, next }: Pick<PlanBrief, "items" | "next">, methods: readonly Pick<MethodInfo, "name" | "action" | "runtimes" | "availability">[]): Recipe[] {
  const usable = methods.filter(({ availability }) => availability.available);
  const asked = items.filter(({ author }) => author === "person").map(({ text }) => methodsNamedIn(text, usable));
  const combined = next && next.methods.length <= 3 ? [next.methods] : [];
  return [...asked, ...combined].flatMap((names) => toRecipe(names, usable) ?? []).slice(0, mostWishes);
}

function toRecipe(names: readonly string[], usable: readonly Pick<MethodInfo, "name" | "action" | "runtimes">[]): Recipe | null {
  const chosen = usable.filter(({ name }) => names.includes(name)).sort((a, b) => order.indexOf(a.action) - order.indexOf(b.action));
  const [first] = chosen;
  // Two of a kind are two wishes, not one recipe.
  if (!first || new Set(chosen.map(({ action }) => action)).size < chosen.length) return null;
  const shared = first.runtimes.filter((runtime) => chosen.every(({ runtimes }) => runtimes.includes(runtime)));
  const runtime = shared.find((each) => each === "onnxruntime") ?? shared[0];
  return runtime ? { version: 1, steps: chosen.map(({ name }) => ({ method: name, params: {} })), runtime } : null;
}
