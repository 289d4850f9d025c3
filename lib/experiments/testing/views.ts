import { objectiveKeys, objectiveOf, type Figures } from "@/lib/domain/objectives";
import { controlsSchema, goalSchema, limitsSchema, type EpisodeView, type ExperimentView, type FigureSet, type Recipe, type SolutionView } from "../schema";

/** An experiment's read model for tests: three solutions, two of them on the front, and a failed episode. */

const known = <T>(value: T) => ({ value, source: "files" as const, confidence: "high" as const });

function figureSet(figures: Figures): FigureSet {
  return Object.fromEntries(
    objectiveKeys.map((key) => [
      key,
      { value: figures[key], low: figures[key] * 0.98, high: figures[key] * 1.02, n: 30, unit: objectiveOf(key).unit, spread: "95 % interval", extra: { p95: figures[key] * 1.1 } },
    ]),
  ) as Record<string, unknown> as FigureSet;
}

const baseline: Figures = { accuracy: 0.74, latency_ms: 2, memory_gb: 0.05, model_size_gb: 0.0105, co2_grams: 0.004 };

function solution(number: number, label: string, recipe: Recipe, figures: Figures, onFront: boolean): SolutionView {
  const set = figureSet(figures);
  return {
    id: `solution-${number}`,
    number,
    label,
    method: recipe.steps.map((step) => step.method).join("+") || "none",
    recipe,
    figures: set,
    isBaseline: number === 0,
    onFront,
    feasible: true,
    partial: false,
    earlyStop: null,
    artifactHash: number === 0 ? null : `hash-${number}`,
    labels: [],
    benchmarks: [{ name: "pocket_science", metric: "acc", score: set.accuracy, delta: null }],
    accuracyDelta: null,
    reference: null,
    perplexity: null,
    device: "CPU, 2 threads",
  };
}

function episode(number: number, label: string, recipe: Recipe, change: Partial<EpisodeView> = {}): EpisodeView {
  return {
    number,
    status: "done",
    decision: {
      action: number === 0 ? "baseline" : "quantization",
      label,
      recipe,
      reasoning: "Because.",
      decidedBy: number === 0 ? "baseline" : "search",
      fallbackNote: null,
      languageModel: null,
      tokens: null,
      expected: null,
      gain: null,
      evidence: [],
      alternatives: [],
    },
    error: null,
    frontImproved: true,
    hypervolume: 0.01,
    seconds: { decide: 0.1, compress: 3, evaluate: 12, overhead: 0.5 },
    artifact: null,
    reusedFrom: null,
    startedAt: "2026-11-21T10:00:00.000Z",
    endedAt: "2026-11-21T10:00:15.600Z",
    ...change,
  };
}

const recipe = (...steps: Recipe["steps"]): Recipe => ({ version: 1, steps, runtime: "transformers" });

export function testView(change: Partial<ExperimentView> = {}): ExperimentView {
  const none = recipe();
  const int8 = recipe({ method: "int8", params: {} });
  const both = recipe({ method: "structured", params: { heads_ratio: 0.25, ffn_ratio: 0.5 } }, { method: "gptq", params: { bits: 4, group_size: 32 } });
  const magnitude = recipe({ method: "magnitude", params: { sparsity: 0.5 } });
  return {
    id: "0196a000-0000-7000-8000-000000000000",
    name: "pocket_pocket-science_20261121_100000",
    status: "done",
    model: "pocket",
    benchmarks: ["pocket_science"],
    maxEpisodes: 3,
    episodesDone: 3,
    budgetHours: 4,
    hypervolume: 0.01,
    carbonGrams: 0,
    frontSize: 2,
    terminationReason: "max_episodes",
    createdAt: "2026-11-21T09:59:59.000Z",
    startedAt: "2026-11-21T10:00:00.000Z",
    endedAt: "2026-11-21T10:02:00.000Z",
    seed: 0,
    itemLimit: null,
    goal: goalSchema.parse({}),
    limits: limitsSchema.parse({}),
    controls: controlsSchema.parse({}),
    steered: [],
    strategy: "hybrid",
    planning: false,
    reuse: true,
    templates: [],
    stage: null,
    spec: {
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
      gated: known(false),
      min_vram_gb: known(0.51),
      recommended_vram_gb: known(2),
      preferred_methods: ["autoround"],
      linear_in_features: [256, 768],
      notes: [],
    },
    reference: { accuracy: 0.5, latency_ms: 1.1, memory_gb: 1.1, model_size_gb: 1.1, co2_grams: 1.1 },
    error: null,
    stopRequestedAt: null,
    episodes: [
      episode(0, "Uncompressed", none),
      episode(1, "INT8", int8),
      episode(2, "Structured 25 % heads, 50 % FFN + GPTQ 4-bit g32", both),
      episode(3, "Magnitude 50 %", magnitude, {
        status: "failed",
        frontImproved: false,
        error: { code: "measure_crashed", message: "The measuring process died.", remedy: "Look at its log.", field: null, retryable: false, details: {} },
      }),
    ],
    solutions: [
      solution(0, "Uncompressed", none, baseline, false),
      solution(1, "INT8", int8, { ...baseline, model_size_gb: 0.006 }, true),
      solution(2, "Structured 25 % heads, 50 % FFN + GPTQ 4-bit g32", both, { accuracy: 0.6, latency_ms: 1.3, memory_gb: 0.04, model_size_gb: 0.002, co2_grams: 0.003 }, true),
    ],
    lastSeq: 12,
    folder: "",
    ...change,
  };
}

/** The same with `text` wherever a person, a model or a failing library can put words. */
export function testViewSaying(text: string): ExperimentView {
  const view = testView({ name: text, model: text, benchmarks: [text], goal: goalSchema.parse({ words: text.slice(0, 500) }), stage: text });
  const error = { code: text, message: text, remedy: text, field: text, retryable: false, details: { log: text } };
  return {
    ...view,
    error,
    spec: { ...view.spec, model: text, model_family: known(text), architecture: known(text), license: known(text), notes: [text] },
    episodes: view.episodes.map((episode) => ({
      ...episode,
      error: episode.error && error,
      decision: episode.decision && {
        ...episode.decision,
        label: text,
        reasoning: text,
        fallbackNote: text,
        languageModel: text,
        evidence: [{ source: text, similarity: 0.5 }],
        alternatives: [{ label: text, recipe: { version: 1, steps: [{ method: text, params: { [text]: text } }], runtime: text }, score: 0.5, expected: null, gain: null }],
      },
    })),
    solutions: view.solutions.map((solution) => ({
      ...solution,
      label: text,
      method: text,
      labels: [text],
      device: text,
      recipe: { version: 1, steps: [{ method: text, params: { [text]: text } }], runtime: text },
      benchmarks: solution.benchmarks.map((benchmark) => ({ ...benchmark, name: text })),
    })),
  };
}
