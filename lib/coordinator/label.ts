import type { Recipe } from "@/lib/experiments/schema";
import { bitsName, ffnName, groupName, headsName, layersName, rankName, rankShareName, shareName } from "./param-names";

/** Short names of recipes, as they stand in tables, legends and logs: "GPTQ 4-bit g128", "Structured 25 % heads, 30 % FFN". */

const names: Record<string, string> = {
  gptq: "GPTQ",
  awq: "AWQ",
  autoround: "AutoRound",
  rtn: "RTN",
  int8: "INT8",
  nf4: "NF4",
  fp8: "FP8",
  smoothquant: "SmoothQuant",
  sparsegpt: "SparseGPT",
  asvd: "ASVD",
  lora: "LoRA",
  qlora: "QLoRA",
};

type Params = Record<string, unknown>;

export function labelOf(recipe: Recipe): string {
  if (recipe.steps.length === 0) return "Uncompressed";
  const label = recipe.steps.map((step) => labelOfStep(step.method, step.params)).join(" + ");
  return recipe.runtime === "transformers" ? label : `${label} (${recipe.runtime})`;
}

export function titleOfMethod(method: string): string {
  const words = method.replaceAll(/[_-]/g, " ");
  return names[method] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

function labelOfStep(method: string, params: Params): string {
  const parts: string[] = [];
  const shares: string[] = [];
  for (const [name, value] of Object.entries(params)) {
    if (typeof value === "number") {
      // int8 and nf4 carry their width in the name.
      if (bitsName.test(name)) parts.push(/\d$/.test(method) ? "" : `${value}-bit`);
      else if (groupName.test(name)) parts.push(value > 0 ? `g${value}` : "per channel");
      else if (rankShareName.test(name)) shares.push(`keeps ${percent(value)} of the rank`);
      else if (rankName.test(name)) parts.push(`rank ${value}`);
      else if (headsName.test(name)) shares.push(share(value, "heads"));
      else if (ffnName.test(name)) shares.push(share(value, "FFN"));
      else if (layersName.test(name)) shares.push(share(value, "layers"));
      else if (shareName.test(name)) shares.push(percent(value));
    } else if (name === "pattern" && typeof value === "string" && /^\d+:\d+$/.test(value)) parts.push(value);
    else if (name === "scheme" && typeof value === "string") parts.push(value);
  }
  return [titleOfMethod(method), ...parts.filter(Boolean), shares.filter(Boolean).join(", ")].filter(Boolean).join(" ");
}

/** Nothing for nothing: "0 % heads" would only lengthen the name. */
function share(value: number, what: string): string {
  if (value <= 0) return "";
  return Number.isInteger(value) && value >= 1 ? `${value} ${what}` : `${percent(value)} ${what}`;
}

function percent(value: number): string {
  return `${Number((value * 100).toFixed(1))} %`;
}
