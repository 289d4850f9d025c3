import { z } from "zod";
import type { ObjectiveKey } from "@/lib/domain/objectives";
import type { DecisionRecord } from "./decision-schema";
import type { ArtifactRecord, Evaluation, Figure, FigureSet } from "./evaluation-schema";
import { goalSchema, limitsSchema, type Controls, type Goal, type Limits } from "./goal-schema";
import type { FirstPick, Recipe, ReusedFrom } from "./recipe-schema";
import { rulesSchema } from "./rules-schema";
import type { ModelSpec } from "./spec-schema";
import type { SteerRecord } from "./steer-schema";

export * from "./decision-schema";
export * from "./evaluation-schema";
export * from "./goal-schema";
export * from "./recipe-schema";
export * from "./rules-schema";
export * from "./spec-schema";
export * from "./steer-schema";

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

// ---------------------------------------------------------------- launching

/** What a person knows better than the files say; each replaces the inferred fact and is marked as theirs. */
export const specCorrectionsSchema = z.strictObject({
  model_size_gb: z.number("A size must be a number.").positive("A size must be more than zero.").optional(),
  parameters: z.number("Parameters must be a number.").positive("Parameters must be more than zero.").optional(),
  model_family: z.string().trim().min(1).max(60).optional(),
  architecture: z.string().trim().min(1).max(120).optional(),
  layers: z.number("Layers must be a whole number.").int("Layers must be a whole number.").positive("Layers must be more than zero.").optional(),
  vocabulary: z.number("The vocabulary must be a whole number.").int("The vocabulary must be a whole number.").positive().optional(),
  context: z.number("The context must be a whole number.").int("The context must be a whole number.").positive().optional(),
  license: z.string().trim().min(1).max(120).optional(),
  gated: z.boolean().optional(),
});
export type SpecCorrections = z.infer<typeof specCorrectionsSchema>;

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
  goal: goalSchema.prefault({}),
  limits: limitsSchema.prefault({}),
  /** What recipes may be made of; can be changed while it runs. */
  rules: rulesSchema.prefault({}),
  /** One of the runner's `/strategies`. */
  strategy: z.string().trim().min(1).max(60).default("hybrid"),
  /** Whether a language model keeps a plan, where one can be had. */
  planning: z.boolean().default(false),
  specCorrections: specCorrectionsSchema.prefault({}),
  /** Takes over what was measured before under the same conditions instead of running it again. */
  reuse: z.boolean().default(true),
  /** Names of the runner's `/templates` whose recipes come first. */
  templates: z.array(z.string().trim().min(1).max(100)).max(20, "At most 20 templates.").default([]),
});
export type LaunchInput = z.input<typeof launchSchema>;
export type Launch = z.output<typeof launchSchema>;

/** A problem with one field of a form, an API body or a command line. */
export interface FieldProblem {
  field: string;
  message: string;
  remedy: string;
}

// ---------------------------------------------------------------- read models

export const experimentStatuses = ["queued", "running", "stopping", "done", "failed"] as const;
export type ExperimentStatus = (typeof experimentStatuses)[number];

export const terminationReasons = [
  "max_episodes",
  "budget_hours",
  "carbon_budget",
  "target_reached",
  "no_improvement",
  "early_stop",
  "coordinator_end",
  "stopped",
  "baseline_failed",
  "error",
] as const;
export type TerminationReason = (typeof terminationReasons)[number];

export const episodeStatuses = ["compressing", "evaluating", "done", "failed", "stopped"] as const;
export type EpisodeStatus = (typeof episodeStatuses)[number];

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
  /** Whether it keeps the goal's constraints; one that does not is never on the front. */
  feasible: boolean;
  /** Scoring ended early because the outcome was sure; its accuracy rests on fewer items. */
  partial: boolean;
  earlyStop: { items_used: number; items_total: number } | null;
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
  /** Null where the recipe was carried out and measured here. */
  reusedFrom: ReusedFrom | null;
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
  /** Grams of CO2 of all its jobs so far. */
  carbonGrams: number;
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
  goal: Goal;
  limits: Limits;
  controls: Controls;
  /** What people changed while it ran, oldest first. */
  steered: SteerRecord[];
  strategy: string;
  planning: boolean;
  reuse: boolean;
  templates: FirstPick[];
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
  "experiment.steered",
  "experiment.reflected",
  "plan.changed",
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
