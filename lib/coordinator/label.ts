import { titleOfRuntime } from "@/lib/domain/runtimes";
import type { Recipe } from "@/lib/experiments/schema";
import { bitsName, ffnName, groupName, headsName, layersName, rankName, rankShareName, shareName } from "./param-names";

/** Short names of recipes, as they stand in tables, legends and logs: "GPTQ 4-bit g128", "Structured 25 % heads, 30 % FFN". */

const names: Record<string, string> = {
  gptq: "GPTQ",
  awq: "AWQ",
  autoround: "AutoRound",
  rtn: "RTN",
  torchao: "torchao",
  mxfp4: "MXFP4",
  nvfp4: "NVFP4",
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

interface Described {
  name: string;
  params_schema: Params;
}

/** With the methods' schemas given, parameters without a short form are named too where they differ from the default. */
export function labelOf(recipe: Recipe, methods: readonly Described[] = []): string {
  const steps = recipe.steps.map(({ method, params }) => {
    const schema = methods.find(({ name }) => name === method)?.params_schema;
    return labelOfStep(method, params, (schema?.properties ?? {}) as Record<string, Params>);
  });
  const main = steps.join(" + ") || "Uncompressed";
  return recipe.runtime === "transformers" ? main : `${main}, ${titleOfRuntime(recipe.runtime)}`;
}


export function titleOfMethod(method: string): string {
  const words = method.replaceAll(/[_-]/g, " ");
  return names[method] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

function labelOfStep(method: string, params: Params, properties: Record<string, Params>): string {
  const parts: string[] = [];
  const shares: string[] = [];
  const rest: string[] = [];
  for (const [name, value] of Object.entries(params)) {
    if (typeof value === "number" && bitsName.test(name)) {
      // int8 and nf4 carry their width in the name.
      if (!/\d$/.test(method)) parts.push(`${value}-bit`);
    } else if (typeof value === "number" && groupName.test(name)) parts.push(value > 0 ? `g${value}` : "per channel");
    else if (typeof value === "number" && rankShareName.test(name)) shares.push(`keeps ${percent(value)} of the rank`);
    else if (typeof value === "number" && rankName.test(name)) parts.push(`rank ${value}`);
    else if (typeof value === "number" && headsName.test(name)) shares.push(share(value, "heads"));
    else if (typeof value === "number" && ffnName.test(name)) shares.push(share(value, "FFN"));
    else if (typeof value === "number" && layersName.test(name)) shares.push(share(value, "layers"));
    else if (typeof value === "number" && shareName.test(name)) shares.push(percent(value));
    else if (name in properties && value !== properties[name]?.default) rest.push(`${name.replaceAll("_", " ")} ${String(value)}`);
  }
  const main = [titleOfMethod(method), shares.filter(Boolean).join(", "), ...parts].filter(Boolean).join(" ");
  return [main, ...rest].join(", ");
}

/** Nothing for nothing: "0 % heads" would only lengthen the name. */
function share(value: number, what: string): string {
  if (value <= 0) return "";
  return Number.isInteger(value) && value >= 1 ? `${value} ${what}` : `${percent(value)} ${what}`;
}

function percent(value: number): string {
  return `${Number((value * 100).toFixed(1))} %`;
}
