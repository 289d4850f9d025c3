import { db, type Prisma } from "@/lib/db/client";
import { kneeOf } from "@/lib/domain/knee";
import type { Figures } from "@/lib/domain/objectives";
import type { BestPoint, ExperimentListQuery, ListedExperiment } from "./list-schema";
import type { ExperimentStatus, ExperimentSummary, Page, PhaseSeconds, TerminationReason } from "./schema";

/** The lines of a list of experiments: narrow, so that a page of them is one quick query. */

export const summarySelect = {
  id: true,
  name: true,
  status: true,
  model: true,
  benchmarks: true,
  maxEpisodes: true,
  budgetHours: true,
  hypervolume: true,
  carbonGrams: true,
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

const listSelect = {
  ...summarySelect,
  episodes: { select: { hypervolume: true, seconds: true }, orderBy: { number: "asc" } },
  solutions: {
    where: { OR: [{ onFront: true }, { isBaseline: true }] },
    select: { number: true, label: true, isBaseline: true, accuracy: true, latencyMs: true, memoryGb: true, modelSizeGb: true, co2Grams: true },
    orderBy: { number: "asc" },
  },
} satisfies Prisma.ExperimentSelect;

type SummaryRow = Prisma.ExperimentGetPayload<{ select: typeof summarySelect }>;
type ListRow = Prisma.ExperimentGetPayload<{ select: typeof listSelect }>;

/** A team's experiments, newest first; `cursor` is the id of the last item of the page before. */
export async function listExperiments({ team, cursor, limit = 50, q, status }: Partial<ExperimentListQuery> & { team: string }): Promise<Page<ListedExperiment>> {
  const words = (q ?? "").split(/\s+/).filter(Boolean);
  const rows = await db().experiment.findMany({
    select: listSelect,
    where: {
      teamId: team,
      ...(status && status.length > 0 ? { status: { in: status } } : {}),
      AND: words.map((word) => ({ OR: [{ name: { contains: word, mode: "insensitive" } }, { model: { contains: word, mode: "insensitive" } }] })),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit + 1,
    ...(cursor ? { cursor: { id: cursor }, skip: 1 } : {}),
  });
  const items = rows.slice(0, limit).map(toListed);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

function toListed(row: ListRow): ListedExperiment {
  return {
    ...toSummary(row),
    volumes: row.episodes.flatMap(({ hypervolume }) => (hypervolume === null ? [] : [hypervolume])),
    spentSeconds: row.episodes.reduce((sum, { seconds }) => sum + Object.values((seconds ?? {}) as Partial<PhaseSeconds>).reduce((a, b) => a + b, 0), 0),
    best: bestOf(row.solutions),
  };
}

export function toSummary(row: SummaryRow): ExperimentSummary {
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
    carbonGrams: row.carbonGrams,
    frontSize: row._count.solutions,
    terminationReason: row.terminationReason as TerminationReason | null,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

/** The knee of the front, as ratios to the uncompressed model; none while nothing but that is there. */
function bestOf(rows: ListRow["solutions"]): BestPoint | null {
  const points = rows.map((row) => ({ id: row.number, label: row.label, isBaseline: row.isBaseline, figures: figuresOfRow(row) }));
  const baseline = points.find(({ isBaseline }) => isBaseline);
  if (!baseline) return null;
  const best = points.find(({ id }) => id === kneeOf(points, baseline.figures));
  if (!best || best.isBaseline) return null;
  return {
    number: best.id,
    label: best.label,
    accuracyPoints: 100 * (best.figures.accuracy - baseline.figures.accuracy),
    latencyRatio: best.figures.latency_ms / baseline.figures.latency_ms,
    sizeRatio: best.figures.model_size_gb / baseline.figures.model_size_gb,
  };
}

type FigureColumns = Record<"accuracy" | "latencyMs" | "memoryGb" | "modelSizeGb" | "co2Grams", number>;

/** The five figures from the columns that hold them. */
export function figuresOfRow(row: FigureColumns): Figures {
  return { accuracy: row.accuracy, latency_ms: row.latencyMs, memory_gb: row.memoryGb, model_size_gb: row.modelSizeGb, co2_grams: row.co2Grams };
}
