import { z } from "zod";
import { db } from "@/lib/db/client";
import type { Prisma } from "@/lib/db/client";
import { experimentFolder } from "@/lib/env";
import {
  artifactRecordSchema,
  controlsSchema,
  decisionRecordSchema,
  errorInfoSchema,
  evaluationSchema,
  firstPickSchema,
  goalSchema,
  limitsSchema,
  modelSpecSchema,
  recipeSchema,
  reusedFromSchema,
  steerSchema,
  type EpisodeStatus,
  type EpisodeView,
  type EventType,
  type ExperimentView,
  type LogEvent,
  type PhaseSeconds,
  type SolutionView,
  type SteerRecord,
} from "./schema";
import type { SolutionDetails } from "./page-schema";
import { summarySelect, toSummary } from "./summary-queries";

const steeredSchema = z.object({ by: z.string(), change: steerSchema });

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const headSelect = {
  ...summarySelect,
  seed: true,
  itemLimit: true,
  goal: true,
  limits: true,
  controls: true,
  strategy: true,
  planning: true,
  reuse: true,
  templates: true,
  stage: true,
  spec: true,
  reference: true,
  error: true,
  stopRequestedAt: true,
  eventSeq: true,
  events: { where: { type: "experiment.steered" }, orderBy: { seq: "asc" }, take: 500 },
} satisfies Prisma.ExperimentSelect;

/** What is known of an experiment apart from its episodes and solutions. */
export type ExperimentHead = Omit<ExperimentView, "episodes" | "solutions">;

function byIdOrName(idOrName: string): Prisma.ExperimentWhereUniqueInput {
  return uuid.test(idOrName) ? { id: idOrName } : { name: idOrName };
}

export async function getExperimentHead(idOrName: string): Promise<ExperimentHead | null> {
  const row = await db().experiment.findUnique({ where: byIdOrName(idOrName), select: headSelect });
  return row && toHead(row);
}

/** The whole of one experiment, by id or by name; null when there is none. */
export async function getExperiment(idOrName: string): Promise<ExperimentView | null> {
  const row = await db().experiment.findUnique({
    where: byIdOrName(idOrName),
    select: {
      ...headSelect,
      episodes: { orderBy: { number: "asc" } },
      solutions: { orderBy: { number: "asc" }, omit: { items: true } },
    },
  });
  return row && { ...toHead(row), episodes: row.episodes.map(toEpisodeView), solutions: row.solutions.map(toSolutionView) };
}

/** One solution with all that was measured, and how its artifact was made; null when there is none. */
export async function getSolution(experimentId: string, number: number): Promise<Omit<SolutionDetails, "related"> | null> {
  const row = await db().solution.findUnique({
    where: { experimentId_number: { experimentId, number } },
    omit: { items: true },
    include: { episode: { select: { artifact: true, reusedFrom: true } } },
  });
  if (!row) return null;
  const { seed, versions, seconds, benchmarks } = evaluationSchema.parse(row.evaluation);
  return {
    solution: toSolutionView(row),
    artifact: artifactRecordSchema.nullable().parse(row.episode.artifact),
    reusedFrom: reusedFromSchema.nullable().parse(row.episode.reusedFrom),
    measured: { seed, versions, seconds, benchmarkVersions: Object.fromEntries(benchmarks.map(({ name, version }) => [name, version])) },
  };
}

/** Scores per item of each benchmark, by solution number: what paired comparisons are made of. */
export async function readItems(experimentId: string, numbers: readonly number[]): Promise<Map<number, Record<string, number[]>>> {
  const rows = await db().solution.findMany({ where: { experimentId, number: { in: [...numbers] } }, select: { number: true, items: true } });
  return new Map(rows.map((row) => [row.number, row.items as Record<string, number[]>]));
}

/** At most `limit` episodes, the newest first: those below `before`, or just the named ones. */
export async function readEpisodes(experimentId: string, choice: { before?: number; numbers?: number[]; limit?: number }): Promise<EpisodeView[]> {
  const rows = await db().episode.findMany({
    where: { experimentId, number: choice.numbers ? { in: choice.numbers } : { lt: choice.before ?? 2 ** 31 - 1 } },
    orderBy: { number: "desc" },
    take: choice.limit ?? 100,
  });
  return rows.map(toEpisodeView);
}

/** The events after `afterSeq`, oldest first. */
export async function readEvents(experimentId: string, afterSeq: number, limit = 500): Promise<LogEvent[]> {
  const rows = await db().event.findMany({
    where: { experimentId, seq: { gt: afterSeq } },
    orderBy: { seq: "asc" },
    take: limit,
  });
  return rows.map((row) => ({
    seq: row.seq,
    type: row.type as EventType,
    data: row.data as Record<string, unknown>,
    at: row.at.toISOString(),
  }));
}

/** Which episode an experiment is in, for the live progress; null when it is not running. */
export async function runningEpisode(experimentId: string): Promise<{ number: number; status: EpisodeStatus } | null> {
  const row = await db().episode.findFirst({
    where: { experimentId, status: { in: ["compressing", "evaluating"] } },
    select: { number: true, status: true },
    orderBy: { number: "desc" },
  });
  return row ? { number: row.number, status: row.status as EpisodeStatus } : null;
}

/** Experiments whose start event may have been lost because the engine did not answer at launch. */
export async function findUnstarted(olderThan: Date): Promise<{ id: string }[]> {
  return db().experiment.findMany({ where: { status: "queued", createdAt: { lt: olderThan } }, select: { id: true } });
}

export async function databaseAnswers(): Promise<void> {
  await db().$queryRaw`SELECT 1`;
}

function toHead(row: Prisma.ExperimentGetPayload<{ select: typeof headSelect }>): ExperimentHead {
  return {
    ...toSummary(row),
    seed: row.seed,
    itemLimit: row.itemLimit,
    goal: goalSchema.parse(row.goal),
    limits: limitsSchema.parse(row.limits),
    controls: controlsSchema.parse(row.controls),
    steered: row.events.flatMap(toSteerRecord),
    strategy: row.strategy,
    planning: row.planning,
    reuse: row.reuse,
    templates: firstPickSchema.array().parse(row.templates),
    stage: row.stage,
    spec: modelSpecSchema.parse(row.spec),
    reference: row.reference as ExperimentView["reference"],
    error: errorInfoSchema.nullable().parse(row.error),
    stopRequestedAt: row.stopRequestedAt?.toISOString() ?? null,
    lastSeq: row.eventSeq,
    folder: experimentFolder(row.name),
  };
}

function toSteerRecord({ seq, at, data }: { seq: number; at: Date; data: Prisma.JsonValue }): SteerRecord[] {
  const parsed = steeredSchema.safeParse(data);
  return parsed.success ? [{ seq, at: at.toISOString(), ...parsed.data }] : [];
}

function toEpisodeView(row: Prisma.EpisodeGetPayload<object>): EpisodeView {
  return {
    number: row.number,
    status: row.status as EpisodeStatus,
    decision: decisionRecordSchema.nullable().parse(row.decision),
    error: errorInfoSchema.nullable().parse(row.error),
    frontImproved: row.frontImproved,
    hypervolume: row.hypervolume,
    seconds: row.seconds as PhaseSeconds | null,
    artifact: artifactRecordSchema.nullable().parse(row.artifact),
    reusedFrom: reusedFromSchema.nullable().parse(row.reusedFrom),
    startedAt: row.startedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

function toSolutionView(row: Prisma.SolutionGetPayload<{ omit: { items: true } }>): SolutionView {
  const evaluation = evaluationSchema.parse(row.evaluation);
  const recipe = recipeSchema.parse(row.recipe);
  return {
    id: row.id,
    number: row.number,
    label: row.label,
    method: recipe.steps.map((step) => step.method).join("+") || "none",
    recipe,
    figures: {
      accuracy: evaluation.accuracy,
      latency_ms: evaluation.latency_ms,
      memory_gb: evaluation.memory_gb,
      model_size_gb: evaluation.model_size_gb,
      co2_grams: evaluation.co2_grams,
    },
    isBaseline: row.isBaseline,
    onFront: row.onFront,
    feasible: row.feasible,
    partial: row.partial,
    earlyStop: evaluation.early_stop,
    artifactHash: row.artifactHash,
    labels: evaluation.labels,
    benchmarks: evaluation.benchmarks.map(({ name, metric, score, delta }) => ({ name, metric, score, delta })),
    accuracyDelta: evaluation.accuracy_delta,
    reference: evaluation.reference,
    perplexity: evaluation.perplexity,
    device: evaluation.device,
  };
}
