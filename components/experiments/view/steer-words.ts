import { recipeText } from "@/components/experiments/recipe-text";
import type { Extension, Steer } from "@/lib/experiments/schema";

const units: Record<keyof Extension, string> = { episodes: "episodes", hours: "hours", carbonGrams: "g of CO2", usd: "USD", tokens: "tokens" };

/** A person's change in a few words, as it stands in the log of the page. */
export function steerWords(change: Steer): string {
  if (change.kind === "pause") return "paused";
  if (change.kind === "resume") return "resumed";
  if (change.kind === "next") return change.recipe ? `set the next step: ${recipeText(change.recipe)}` : "took back the next step";
  if (change.kind === "method") return { pinned: `wants ${change.method} in every recipe`, forbidden: `forbade ${change.method}`, allowed: `allows only ${change.method}`, free: `lets the search choose about ${change.method}` }[change.rule];
  const added = Object.entries(change.add).flatMap(([name, value]) => (value === undefined ? [] : [`${value} ${unitOf(name as keyof Extension, value)}`]));
  return `added ${added.join(", ")}`;
}

function unitOf(name: keyof Extension, value: number): string {
  return value === 1 ? units[name].replace(/s$/, "") : units[name];
}
