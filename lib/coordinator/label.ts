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

/** Methods whose parameters say something only together: the words for them, and the names that these stand for. */
const together: Record<string, { names: string[]; words: (params: Params) => string }> = {
  distill: {
    names: ["student", "keep_every", "heads_ratio", "ffn_ratio", "hidden_size", "layers", "heads", "intermediate_size"],
    words: ({ student, keep_every, heads_ratio, ffn_ratio }) => {
      if (student === "width") return [share(Number(heads_ratio), "heads"), share(Number(ffn_ratio), "FFN")].filter(Boolean).join(", ");
      return student === "config" ? "to a given shape" : `to 1 in ${String(keep_every ?? 2)} blocks`;
    },
  },
  mixed: {
    names: ["budget", "value"],
    words: ({ budget, value = 4 }) => {
      if (budget === "size" || budget === "latency") return `${percent(Number(value))} of the ${budget}`;
      return budget === "loss" ? `${String(value)} nats` : `${String(value)} bits`;
    },
  },
};

function labelOfStep(method: string, params: Params, properties: Record<string, Params>): string {
  const own = together[method];
  const parts: string[] = own ? [own.words(params)] : [];
  const shares: string[] = [];
  const rest: string[] = [];
  for (const [name, value] of Object.entries(params)) {
    if (own?.names.includes(name)) continue;
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
    else if (name in properties && value !== properties[name]?.default) rest.push(restOf(name.replaceAll("_", " "), value));
  }
  const main = [titleOfMethod(method), shares.filter(Boolean).join(", "), ...parts].filter(Boolean).join(" ");
  return [main, ...rest].join(", ");
}

function restOf(name: string, value: unknown): string {
  if (typeof value === "boolean") return value ? name : `no ${name}`;
  return `${name} ${String(value)}`;
}

/** Nothing for nothing: "0 % heads" would only lengthen the name. */
function share(value: number, what: string): string {
  if (value <= 0) return "";
  return Number.isInteger(value) && value >= 1 ? `${value} ${what}` : `${percent(value)} ${what}`;
}

function percent(value: number): string {
  return `${Number((value * 100).toFixed(1))} %`;
}
