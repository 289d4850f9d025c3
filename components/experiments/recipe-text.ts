import type { Recipe } from "@/lib/experiments/schema";

/** "gptq(bits=4, group_size=128) → magnitude(sparsity=0.3) · transformers". */
export function recipeText(recipe: Recipe): string {
  const steps = recipe.steps.map(({ method, params }) => {
    const given = Object.entries(params).map(([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : String(value)}`);
    return given.length > 0 ? `${method}(${given.join(", ")})` : method;
  });
  return `${steps.join(" → ") || "uncompressed"} · ${recipe.runtime}`;
}
