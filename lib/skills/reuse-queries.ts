import { db, Prisma } from "@/lib/db/client";
import { artifactRecordSchema, evaluationSchema, modelSpecSchema, type ArtifactRecord, type Evaluation, type ReusedFrom } from "@/lib/experiments/schema";

/**
 * Finding a recipe that was measured before. The baseline itself is measured in every experiment: it is what tells
 * whether machine, libraries and scale are still those of the earlier figures, and so makes taking over the others safe.
 */

export interface Measured {
  from: ReusedFrom;
  artifactHash: string | null;
}

/** Newest first: the team's full measurements of a recipe under the very conditions of this experiment. */
export async function findMeasured(experimentId: string, recipeHash: string): Promise<Measured[]> {
  const experiment = await db().experiment.findUniqueOrThrow({
    where: { id: experimentId },
    select: { teamId: true, seed: true, itemLimit: true, spec: true, solutions: { where: { isBaseline: true }, select: { evaluation: true } } },
  });
  const baseline = evaluationSchema.safeParse(experiment.solutions[0]?.evaluation);
  const { revision } = modelSpecSchema.parse(experiment.spec);
  if (!baseline.success || revision === null) return [];
  const rows = await db().solution.findMany({
    where: {
      isBaseline: false,
      partial: false,
      episode: { recipeHash, reusedFrom: { equals: Prisma.DbNull } },
      experiment: { teamId: experiment.teamId, seed: experiment.seed, itemLimit: experiment.itemLimit, spec: { path: ["revision"], equals: revision } },
    },
    select: { number: true, artifactHash: true, evaluation: true, createdAt: true, experimentId: true, experiment: { select: { name: true } } },
    orderBy: { createdAt: "desc" },
    take: 20,
  });
  return rows
    .filter((row) => sameConditions(evaluationSchema.parse(row.evaluation), baseline.data))
    .map((row) => ({
      from: { experimentId: row.experimentId, experiment: row.experiment.name, episode: row.number, at: row.createdAt.toISOString() },
      artifactHash: row.artifactHash,
    }));
}

/**
 * Whether two evaluations can stand in one table: the same versions of everything, the same items, the same grid, and
 * costs on one scale, which the pinned baseline tells (it differs by device, threads and source of the energy).
 */
export function sameConditions(a: Evaluation, b: Evaluation): boolean {
  const conditions = ({ versions, benchmarks, seed, co2_grams: co2, latency_ms: latency }: Evaluation): string =>
    JSON.stringify([
      Object.entries(versions).sort(([x], [y]) => (x < y ? -1 : 1)),
      benchmarks.map(({ name, version, metric }) => [name, version, metric]).sort(),
      seed,
      [co2.extra.region, co2.extra.factor_g_per_kwh, co2.extra.source],
      latency.extra.pinned_baseline_ms,
    ]);
  return typeof a.latency_ms.extra.pinned_baseline_ms === "number" && conditions(a) === conditions(b);
}

export interface TakenOver {
  evaluation: Evaluation;
  items: Record<string, number[]>;
  artifactHash: string | null;
  artifact: ArtifactRecord | null;
}

/** All that was measured in that episode; null when its experiment is gone. */
export async function readMeasured({ experimentId, episode: number }: ReusedFrom): Promise<TakenOver | null> {
  const row = await db().solution.findUnique({ where: { experimentId_number: { experimentId, number } }, include: { episode: { select: { artifact: true } } } });
  if (!row) return null;
  return {
    evaluation: evaluationSchema.parse(row.evaluation),
    items: row.items as Record<string, number[]>,
    artifactHash: row.artifactHash,
    artifact: artifactRecordSchema.nullable().parse(row.episode.artifact),
  };
}
