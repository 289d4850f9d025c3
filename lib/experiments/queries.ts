import { db } from "@/lib/db/client";
import type { Prisma } from "@/lib/db/client";
import { experimentFolder } from "@/lib/env";
import {
  artifactRecordSchema,
  decisionRecordSchema,
  errorInfoSchema,
  evaluationSchema,
  modelSpecSchema,
  recipeSchema,
  type EpisodeStatus,
  type EpisodeView,
  type EventType,
  type ExperimentStatus,
  type ExperimentSummary,
  type ExperimentView,
  type LogEvent,
  type Page,
  type PhaseSeconds,
  type SolutionView,
  type TerminationReason,
} from "./schema";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const summarySelect = {
  id: true,
  name: true,
  status: true,
  model: true,
  benchmarks: true,
  maxEpisodes: true,
  budgetHours: true,
  hypervolume: true,
  terminationReason: true,
  createdAt: true,
  startedAt: true,
  endedAt: true,
  _count: {
    select: {
      episodes: { where: { number: { gt: 0 }, status: { in: ["done", "failed", "stopped"] } } },
      solutions: { where: { onFront: true } },
    },
  },
} satisfies Prisma.ExperimentSelect;

type SummaryRow = Prisma.ExperimentGetPayload<{ select: typeof summarySelect }>;

/** Newest first; `cursor` is the id of the last item of the page before. */
export async function listExperiments({ cursor, limit = 50 }: { cursor?: string | null; limit?: number }): Promise<Page<ExperimentSummary>> {
  const rows = await db().experiment.findMany({
    select: summarySelect,
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit + 1,
    ...(cursor && uuid.test(cursor) ? { cursor: { id: cursor }, skip: 1 } : {}),
  });
  const items = rows.slice(0, limit).map(toSummary);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** The whole of one experiment, by id or by name; null when there is none. */
export async function getExperiment(idOrName: string): Promise<ExperimentView | null> {
  const row = await db().experiment.findUnique({
    where: uuid.test(idOrName) ? { id: idOrName } : { name: idOrName },
    select: {
      ...summarySelect,
      seed: true,
      itemLimit: true,
      stage: true,
      spec: true,
      reference: true,
      error: true,
      stopRequestedAt: true,
      eventSeq: true,
      episodes: { orderBy: { number: "asc" } },
      solutions: { orderBy: { number: "asc" }, omit: { items: true } },
    },
  });
  if (!row) return null;
  return {
    ...toSummary(row),
    seed: row.seed,
    itemLimit: row.itemLimit,
    stage: row.stage,
    spec: modelSpecSchema.parse(row.spec),
    reference: row.reference as ExperimentView["reference"],
    error: errorInfoSchema.nullable().parse(row.error),
    stopRequestedAt: row.stopRequestedAt?.toISOString() ?? null,
    episodes: row.episodes.map(toEpisodeView),
    solutions: row.solutions.map(toSolutionView),
    lastSeq: row.eventSeq,
    folder: experimentFolder(row.name),
  };
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

function toSummary(row: SummaryRow): ExperimentSummary {
  return {
    id: row.id,
    name: row.name,
    status: row.status as ExperimentStatus,
    model: row.model,
    benchmarks: row.benchmarks,
    maxEpisodes: row.maxEpisodes,
    episodesDone: row._count.episodes,
    budgetHours: row.budgetHours,
    hypervolume: row.hypervolume,
    frontSize: row._count.solutions,
    terminationReason: row.terminationReason as TerminationReason | null,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
  };
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
    artifactHash: row.artifactHash,
    labels: evaluation.labels,
    benchmarks: evaluation.benchmarks.map(({ name, metric, score, delta }) => ({ name, metric, score, delta })),
    accuracyDelta: evaluation.accuracy_delta,
    reference: evaluation.reference,
    perplexity: evaluation.perplexity,
    device: evaluation.device,
  };
}
