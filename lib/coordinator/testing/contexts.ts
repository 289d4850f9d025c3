import type { Figures } from "@/lib/domain/objectives";
import { goalSchema, noRules, type ModelSpec, type Recipe } from "@/lib/experiments/schema";
import type { DecisionContext, MethodOption, RuntimeOption } from "../context";
import { labelOf } from "../recipes";

/** Methods, spec and contexts for tests, with parameter schemas of the shape that Pydantic writes. */

type Properties = Record<string, Record<string, unknown>>;

function method(name: string, action: string, properties: Properties, available = true): MethodOption {
  return {
    name,
    title: name.toUpperCase(),
    action,
    summary: `${name} for tests`,
    saves: "",
    params_schema: { type: "object", title: `${name}Params`, additionalProperties: false, properties },
    runtimes: ["transformers"],
    availability: available ? { available: true, reason: "", remedy: "" } : { available: false, reason: "It needs CUDA.", remedy: "Use a GPU." },
  };
}

const bits = { enum: [2, 3, 4, 8], default: 4, type: "integer" };
const groupSize = { enum: [32, 64, 128], default: 128, type: "integer" };
const samples = { type: "integer", minimum: 8, maximum: 512, default: 64 };
const share = (value: number) => ({ type: "number", minimum: 0, maximum: 0.75, default: value });

export const testMethods: MethodOption[] = [
  method("gptq", "quantization", { bits, group_size: groupSize, calibration_samples: samples }),
  method("autoround", "quantization", { bits: { const: 4, default: 4 }, group_size: groupSize, iters: { type: "integer", minimum: 1, maximum: 1000, default: 50 } }),
  method("int8", "quantization", { threshold: { type: "number", minimum: 0, maximum: 100, default: 6 } }),
  method("nf4", "quantization", {}),
  method("magnitude", "pruning", {
    sparsity: { type: "number", exclusiveMinimum: 0, maximum: 0.9, default: 0.5 },
    granularity: { enum: ["layer", "global"], default: "layer", type: "string" },
  }),
  method("structured", "pruning", { heads_ratio: share(0), ffn_ratio: share(0.25), calibration_samples: samples }),
  method("fp8", "quantization", {}, false),
];

export const testRuntimes: RuntimeOption[] = [
  { name: "transformers", title: "transformers", summary: "PyTorch" },
];

const known = <T>(value: T) => ({ value, source: "measured" as const, confidence: "high" as const });

export const testSpec: ModelSpec = {
  model: "pocket",
  revision: "abc",
  model_size_gb: known(0.0105),
  parameters: known(5_250_000),
  model_family: known("llama"),
  architecture: known("LlamaForCausalLM"),
  layers: known(6),
  vocabulary: known(2048),
  context: known(128),
  license: known(null),
  gated: known(null),
  min_vram_gb: known(0.5),
  recommended_vram_gb: known(1),
  preferred_methods: ["autoround", "gptq"],
  linear_in_features: [256, 768],
  notes: [],
};

export const testBaseline: Figures = { accuracy: 0.74, latency_ms: 2, memory_gb: 0.05, model_size_gb: 0.0105, co2_grams: 0.004 };

const noSpread: Figures = { accuracy: 0, latency_ms: 0, memory_gb: 0, model_size_gb: 0, co2_grams: 0 };

const uncompressed: Recipe = { version: 1, steps: [], runtime: "transformers" };

export function testContext(change: Partial<DecisionContext> = {}): DecisionContext {
  return {
    model: "pocket",
    benchmarks: ["pocket_science"],
    spec: testSpec,
    methods: testMethods,
    runtimes: testRuntimes,
    episode: 1,
    seed: 7,
    baseline: testBaseline,
    solutions: [{ episode: 0, label: "Uncompressed", recipe: uncompressed, figures: testBaseline, spread: noSpread, onFront: true, isBaseline: true, feasible: true, partial: false }],
    failures: [],
    refused: [],
    lastEpisodes: [],
    hypervolume: 0.00005,
    episodesWithoutImprovement: 0,
    budgetLeft: { episodes: 6, hours: 4, carbonGrams: null },
    goal: goalSchema.parse({}),
    strategy: "hybrid",
    controls: { ...noRules, next: null },
    memory: [],
    pastFailures: [],
    plan: { items: [], learnt: [], next: null, wishes: [], proposed: [] },
    ...change,
  };
}

/** The context after a recipe was measured, or has failed when there are no figures. */
export function after(context: DecisionContext, recipe: Recipe, figures: Figures | null, onFront = true): DecisionContext {
  const { episode } = context;
  const label = labelOf(recipe);
  const next = { ...context, episode: episode + 1, budgetLeft: { ...context.budgetLeft, episodes: context.budgetLeft.episodes - 1 } };
  if (figures) {
    return { ...next, solutions: [...context.solutions, { episode, label, recipe, figures, spread: noSpread, onFront, isBaseline: false, feasible: true, partial: false }] };
  }
  const error = { code: "measure_crashed", message: "The process died.", remedy: "", retryable: false, details: {} };
  return { ...next, failures: [...context.failures, { episode, label, recipe, error }] };
}
