import type { ObjectiveKey } from "@/lib/domain/objectives";
import type { Figure, SolutionView } from "@/lib/experiments/schema";

/** Builders for the unit tests of prepared data; nothing that runs imports them. */

export function figure(value: number, half = 0): Figure {
  return { value, low: value - half, high: value + half, n: 10, unit: "", spread: "", extra: {} };
}

export function solution(number: number, values: Partial<Record<ObjectiveKey, number>>, over: Partial<SolutionView> = {}): SolutionView {
  const all = { accuracy: 0.5, latency_ms: 2, memory_gb: 0.04, model_size_gb: 0.02, co2_grams: 0.003, ...values };
  return {
    id: String(number),
    number,
    label: `solution ${number}`,
    method: "gptq",
    recipe: { version: 1, steps: [], runtime: "transformers" },
    figures: {
      accuracy: figure(all.accuracy, 0.02),
      latency_ms: figure(all.latency_ms, 0.1),
      memory_gb: figure(all.memory_gb),
      model_size_gb: figure(all.model_size_gb),
      co2_grams: figure(all.co2_grams),
    },
    isBaseline: number === 0,
    onFront: false,
    feasible: true,
    partial: false,
    earlyStop: null,
    artifactHash: null,
    labels: [],
    benchmarks: [],
    accuracyDelta: null,
    reference: null,
    perplexity: null,
    device: "cpu",
    ...over,
  };
}
