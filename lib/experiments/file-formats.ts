import type { Figures, ObjectiveKey } from "@/lib/domain/objectives";
import type { DecisionRecord, EpisodeStatus, ErrorInfo, ExperimentStatus, Figure, PhaseSeconds, Recipe, SolutionView, TerminationReason } from "./schema";

/**
 * The result files of an experiment, as `schemas/*.json` describes them. Names and the plain figures are what scripts
 * around such folders look for; intervals and provenance stand beside them.
 */

/** `CompressionStrategy`: episode_NNN/strategy.json. */
export interface StrategyFile {
  episode_id: number;
  methods: string[];
  quantization_bits: number | null;
  pruning_ratio: number | null;
  lora_rank: number | null;
  label: string;
  action: string;
  recipe: Recipe | null;
  decided_by: DecisionRecord["decidedBy"];
  reasoning: string;
  fallback_note: string | null;
  language_model: string | null;
}

/** `EvaluationResult`: the figures of one artifact. */
export interface EvaluationFile extends Figures {
  benchmark_scores: Record<string, number>;
  is_pareto_optimal: boolean;
  intervals: Record<ObjectiveKey, Figure>;
  benchmarks: SolutionView["benchmarks"];
  accuracy_delta: Figure | null;
  reference: SolutionView["reference"];
  perplexity: Figure | null;
  artifact: string | null;
  device: string;
  labels: string[];
}

/** `Episode`: episode_NNN/results.json. */
export interface EpisodeFile {
  episode_id: number;
  status: EpisodeStatus;
  result: EvaluationFile | null;
  error_message: string | null;
  error: ErrorInfo | null;
  front_improved: boolean | null;
  hypervolume: number | null;
  seconds: PhaseSeconds | null;
  /** The episode of another experiment whose measurement was taken over; null where it was measured here. */
  reused_from: { experiment_id: string; experiment: string; episode: number; at: string } | null;
  started_at: string;
  ended_at: string | null;
}

/** `ParetoSolution`: one point of the front. */
export interface ParetoSolutionFile {
  strategy: StrategyFile;
  result: EvaluationFile;
  /** Episodes whose solutions it dominates. */
  dominates: number[];
}

/** pareto_frontier.json */
export interface FrontierFile {
  experiment: string;
  model: string;
  objectives: { key: ObjectiveKey; direction: "max" | "min"; unit: string }[];
  /** In figures divided by the baseline's. */
  reference: Figures | null;
  baseline: Figures | null;
  hypervolume: number | null;
  solutions: ParetoSolutionFile[];
}

/** final_results.json */
export interface FinalFile {
  experiment: string;
  model: string;
  benchmarks: string[];
  status: ExperimentStatus;
  termination_reason: TerminationReason | null;
  error: ErrorInfo | null;
  seed: number;
  item_limit: number | null;
  max_episodes: number;
  budget_hours: number;
  episodes: number;
  failed_episodes: number;
  solutions: number;
  pareto_optimal: number[];
  knee: number | null;
  best: Record<ObjectiveKey, { episode_id: number; label: string; value: number }> | null;
  hypervolume: number | null;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
}

/** model_spec.json: plain values, with where each is known from in `sources`. */
export interface SpecFile {
  model: string;
  revision: string | null;
  model_size_gb: number;
  model_family: string;
  min_vram_gb: number;
  recommended_vram_gb: number;
  preferred_methods: string[];
  parameters: number | null;
  architecture: string | null;
  layers: number | null;
  vocabulary: number | null;
  context: number | null;
  license: string | null;
  gated: boolean | null;
  linear_in_features: number[];
  notes: string[];
  sources: Record<string, { source: string; confidence: string }>;
}
