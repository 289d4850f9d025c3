import { artifactRecordSchema, type DecisionRecord, type Evaluation, type Figure, type ModelSpec } from "../schema";

/** What a runner's measurement looks like, for tests on a database. */

const known = <T>(value: T) => ({ value, source: "files" as const, confidence: "high" as const });
export const spec: ModelSpec = {
  model: "pocket",
  revision: null,
  model_size_gb: known(0.01),
  parameters: known(5_000_000),
  model_family: known("llama"),
  architecture: known("LlamaForCausalLM"),
  layers: known(6),
  vocabulary: known(2048),
  context: known(128),
  license: known("mit"),
  gated: known(false),
  min_vram_gb: known(0.1),
  recommended_vram_gb: known(0.2),
  preferred_methods: ["autoround"],
  linear_in_features: [256],
  notes: [],
};

export function figure(value: number): Figure {
  return { value, low: value * 0.9, high: value * 1.1, n: 3, unit: "", spread: "test", extra: {} };
}

export function evaluation(accuracy: number, cost: number): Evaluation {
  return {
    accuracy: figure(accuracy),
    latency_ms: figure(cost),
    memory_gb: figure(cost),
    model_size_gb: figure(cost),
    co2_grams: figure(cost),
    runtime: "transformers",
    perplexity: null,
    benchmarks: [],
    accuracy_delta: null,
    reference: null,
    early_stop: null,
    device: "CPU",
    seed: 0,
    versions: {},
    labels: [],
    seconds: {},
  };
}

export const artifact = artifactRecordSchema.parse({ hash: "a", size_bytes: 10, format: "safetensors" });

export function decision(label: string, steps: { method: string; params: Record<string, unknown> }[]): DecisionRecord {
  return {
    action: steps.length ? "quantization" : "baseline",
    label,
    recipe: { version: 1, steps, runtime: "transformers" },
    reasoning: "because",
    decidedBy: steps.length ? "search" : "baseline",
    fallbackNote: null,
    languageModel: null,
    tokens: null,
    expected: null,
    gain: null,
    evidence: [],
    alternatives: [],
  };
}

export const anError = { code: "out_of_memory", message: "Not enough memory.", remedy: "Use fewer samples.", retryable: false, details: {} };
