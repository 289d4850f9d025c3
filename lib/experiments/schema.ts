import { z } from "zod";
import type { ObjectiveKey } from "@/lib/domain/objectives";
import type { ArtifactRecord, Evaluation, Figure, FigureSet } from "./evaluation-schema";

export * from "./evaluation-schema";

/** What an experiment, an episode and a solution are to everything outside the database: pages, API, CLI, files. */

// ---------------------------------------------------------------- errors

export const errorInfoSchema = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string().default(""),
  field: z.string().nullish(),
  retryable: z.boolean().default(false),
  details: z.record(z.string(), z.unknown()).default({}),
});
export type ErrorInfo = z.infer<typeof errorInfoSchema>;

// ---------------------------------------------------------------- recipes

const plainStepSchema = z.object({ method: z.string(), params: z.record(z.string(), z.unknown()).default({}) });

/** A step is taken where its condition holds on the model as it is before it; figures are ratios to the uncompressed one. */
const conditionSchema = z.object({
  figure: z.enum(["perplexity_ratio", "parameters_ratio", "latency_ratio"]),
  op: z.enum(["below", "above"]),
  value: z.number().positive(),
  otherwise: z.union([z.enum(["skip", "stop"]), z.array(plainStepSchema).min(1).max(8)]).default("skip"),
});

export const recipeSchema = z.object({
  version: z.literal(1).default(1),
  steps: z.array(plainStepSchema.extend({ when: conditionSchema.optional() })).max(8),
  runtime: z.string().default("transformers"),
});
export type Recipe = z.infer<typeof recipeSchema>;

// ---------------------------------------------------------------- launching

/** The launch form, the API body and the CLI's flags, all parsed by this one schema. */
export const launchSchema = z.object({
  model: z.string("Name a model.").trim().min(1, "Name a model: pocket, a local folder or a hub id.").max(500),
  benchmarks: z.array(z.string().trim().min(1), "Choose at least one benchmark.").min(1, "Choose at least one benchmark.").max(50),
  maxEpisodes: z.coerce
    .number("Episodes must be a whole number.")
    .int("Episodes must be a whole number.")
    .min(1, "At least one episode is needed.")
    // An engine run may have 1,000 steps; each episode is one.
    .max(500, "At most 500 episodes."),
  budgetHours: z.coerce
    .number("Hours must be a number.")
    .positive("Hours must be more than zero.")
    .max(720, "At most 720 hours (30 days)."),
  seed: z.coerce.number().int().min(0).max(2 ** 31 - 1).default(0),
  itemLimit: z.coerce.number().int().min(1, "At least one item per benchmark.").nullish().default(null),
});
export type LaunchInput = z.input<typeof launchSchema>;
export type Launch = z.output<typeof launchSchema>;

/** A problem with one field of a form, an API body or a command line. */
export interface FieldProblem {
  field: string;
  message: string;
  remedy: string;
}

// ---------------------------------------------------------------- spec

export const specFieldSources = ["measured", "files", "hub", "database", "name", "person"] as const;

/** One inferred fact of a model, with where it is known from. */
export const specFieldSchema = <T extends z.ZodType>(value: T) =>
  z.object({ value, source: z.enum(specFieldSources), confidence: z.enum(["high", "medium", "low"]) });

export const modelSpecSchema = z.object({
  model: z.string(),
  revision: z.string().nullable(),
  model_size_gb: specFieldSchema(z.number()),
  parameters: specFieldSchema(z.number().nullable()),
  model_family: specFieldSchema(z.string()),
  architecture: specFieldSchema(z.string().nullable()),
  layers: specFieldSchema(z.number().nullable()),
  vocabulary: specFieldSchema(z.number().nullable()),
  /** Longest sequence in tokens. */
  context: specFieldSchema(z.number().nullable()).default({ value: null, source: "name", confidence: "low" }),
  license: specFieldSchema(z.string().nullable()),
  gated: specFieldSchema(z.boolean().nullable()),
  min_vram_gb: specFieldSchema(z.number()),
  recommended_vram_gb: specFieldSchema(z.number()),
  preferred_methods: z.array(z.string()),
  /** Distinct input widths of the linear layers; group sizes must divide them. Empty when unknown. */
  linear_in_features: z.array(z.number()).default([]),
  notes: z.array(z.string()).default([]),
});
export type ModelSpec = z.infer<typeof modelSpecSchema>;

// ---------------------------------------------------------------- read models

export const experimentStatuses = ["queued", "running", "stopping", "done", "failed"] as const;
export type ExperimentStatus = (typeof experimentStatuses)[number];

export const terminationReasons = [
  "max_episodes",
  "budget_hours",
  "no_improvement",
  "coordinator_end",
  "stopped",
  "baseline_failed",
  "error",
] as const;
export type TerminationReason = (typeof terminationReasons)[number];

export const episodeStatuses = ["compressing", "evaluating", "done", "failed", "stopped"] as const;
export type EpisodeStatus = (typeof episodeStatuses)[number];

/** Who decided an episode's recipe, and why. Stored with the episode and shown. */
export const decisionRecordSchema = z.object({
  action: z.string(),
  /** Short human label of the recipe, e.g. "GPTQ 4-bit g128". */
  label: z.string(),
  recipe: recipeSchema.nullable(),
  reasoning: z.string(),
  decidedBy: z.enum(["baseline", "search", "model", "person"]),
  /** Set when the language model was asked but the search policy had to step in: why. */
  fallbackNote: z.string().nullable().default(null),
  languageModel: z.string().nullable().default(null),
  tokens: z.number().nullable().default(null),
  alternatives: z.array(z.object({ label: z.string(), recipe: recipeSchema, score: z.number() })).default([]),
});
export type DecisionRecord = z.infer<typeof decisionRecordSchema>;

export interface PhaseSeconds {
  decide: number;
  compress: number;
  evaluate: number;
  /** Wall time of the episode that is none of the three: engine, web and waiting. */
  overhead: number;
}

export interface SolutionView {
  id: string;
  number: number;
  label: string;
  method: string;
  recipe: Recipe;
  figures: FigureSet;
  isBaseline: boolean;
  onFront: boolean;
  artifactHash: string | null;
  labels: string[];
  benchmarks: { name: string; metric: string; score: Figure; delta: Figure | null }[];
  /** The paired difference in accuracy to the baseline; null for the baseline and where its answers are not stored. */
  accuracyDelta: Figure | null;
  /** The uncompressed model in the same runtime; null where that is the baseline itself. */
  reference: Evaluation["reference"];
  perplexity: Figure | null;
  device: string;
}

export interface EpisodeView {
  number: number;
  status: EpisodeStatus;
  decision: DecisionRecord | null;
  error: ErrorInfo | null;
  frontImproved: boolean | null;
  hypervolume: number | null;
  seconds: PhaseSeconds | null;
  artifact: ArtifactRecord | null;
  startedAt: string;
  endedAt: string | null;
}

export interface ExperimentSummary {
  id: string;
  name: string;
  status: ExperimentStatus;
  model: string;
  benchmarks: string[];
  maxEpisodes: number;
  episodesDone: number;
  budgetHours: number;
  hypervolume: number | null;
  frontSize: number;
  terminationReason: TerminationReason | null;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
}

/** Where the running job is; transient, so it is asked of the runner and not stored. */
export interface LiveProgress {
  episode: number;
  kind: "compress" | "evaluate";
  stage: string;
  message: string;
  fraction: number;
  etaSeconds: number | null;
}

export interface ExperimentView extends ExperimentSummary {
  seed: number;
  itemLimit: number | null;
  stage: string | null;
  spec: ModelSpec;
  /** Reference point of the hypervolume, in the figures' units divided by the baseline's. */
  reference: Record<ObjectiveKey, number> | null;
  error: ErrorInfo | null;
  stopRequestedAt: string | null;
  episodes: EpisodeView[];
  solutions: SolutionView[];
  /** Sequence number of the last event this view contains; a live connection goes on from here. */
  lastSeq: number;
  folder: string;
}

/** Event types of an experiment's append-only log, in the order in which they usually come. */
export const eventTypes = [
  "experiment.created",
  "experiment.started",
  "experiment.stage",
  "experiment.stopping",
  "episode.started",
  "episode.decided",
  "episode.stage",
  "episode.recorded",
  "episode.failed",
  "experiment.finished",
  "experiment.failed",
] as const;
export type EventType = (typeof eventTypes)[number];

export interface LogEvent {
  seq: number;
  type: EventType;
  data: Record<string, unknown>;
  at: string;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
