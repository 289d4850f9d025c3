import { db } from "@/lib/db/client";
import { objectiveKeys, type ObjectiveKey } from "@/lib/domain/objectives";
import type { LeftArtifact } from "./files-schema";
import { relatedTo, type EpisodeDetails, type EpisodeTrace, type ExperimentChanges, type ExperimentPageView, type FigureRanges, type SolutionDetails, type SolutionPoint } from "./page-schema";
import { getExperimentHead, getSolution, readEpisodes } from "./queries";
import { artifactRecordSchema, recipeSchema, type EpisodeStatus } from "./schema";

/** The page's view of an experiment; null when there is none. */
export async function getExperimentPage(idOrName: string): Promise<ExperimentPageView | null> {
  const head = await getExperimentHead(idOrName);
  if (!head) return null;
  // What is committed meanwhile is in the lists but not in `lastSeq`, so it is read once more: nothing is missed.
  const [solutions, trace, episodes] = await Promise.all([readPoints(head.id, null), readTrace(head.id, null), readEpisodes(head.id, {})]);
  return { ...head, solutions, trace, episodes: episodes.reverse() };
}

/** What changed after the event `after`; null when there is no such experiment. */
export async function getExperimentChanges(idOrName: string, after: number): Promise<ExperimentChanges | null> {
  const head = await getExperimentHead(idOrName);
  if (!head) return null;
  const events = await db().event.findMany({ where: { experimentId: head.id, seq: { gt: after }, type: { startsWith: "episode." } }, select: { data: true } });
  const numbers = [...new Set(events.map(({ data }) => Number((data as { number?: number }).number)).filter(Number.isInteger))];
  const [solutions, trace, episodes, front] = await Promise.all([
    readPoints(head.id, numbers),
    readTrace(head.id, numbers),
    readEpisodes(head.id, { numbers }),
    db().solution.findMany({ where: { experimentId: head.id, onFront: true }, select: { number: true } }),
  ]);
  return { ...head, solutions, trace, episodes: episodes.reverse(), front: front.map(({ number }) => number) };
}

/** A solution with those that tell what it is worth; null when there is none. */
export async function getSolutionDetails(experimentId: string, number: number): Promise<SolutionDetails | null> {
  const found = await getSolution(experimentId, number);
  if (!found) return null;
  return { ...found, related: relatedTo(found.solution, await readPoints(experimentId, null)) };
}

/** An episode with what its result is compared with; null when there is none. */
export async function getEpisodeDetails(experimentId: string, number: number): Promise<EpisodeDetails | null> {
  const [[episode], solutions, before, last] = await Promise.all([
    readEpisodes(experimentId, { numbers: [number] }),
    readPoints(experimentId, [0, number]),
    db().episode.findFirst({ where: { experimentId, number: { lt: number }, hypervolume: { not: null } }, orderBy: { number: "desc" }, select: { hypervolume: true } }),
    db().episode.aggregate({ where: { experimentId }, _max: { number: true } }),
  ]);
  return episode ? { episode, solutions, hypervolumeBefore: before?.hypervolume ?? null, last: last._max.number ?? number } : null;
}

/** The artifacts that the episodes of an experiment made, oldest first. */
export async function readArtifacts(experimentId: string): Promise<LeftArtifact[]> {
  const rows = await db().$queryRaw<{ number: number; artifact: unknown; label: string | null }[]>`
    SELECT number, artifact, decision ->> 'label' AS label FROM "Episode"
    WHERE "experimentId" = ${experimentId}::uuid AND jsonb_typeof(artifact) = 'object' ORDER BY number`;
  return rows.map(({ number, artifact, label }) => {
    const { hash, format, size_bytes: bytes } = artifactRecordSchema.parse(artifact);
    return { episode: number, label: label ?? "", hash, format, bytes };
  });
}

async function readTrace(experimentId: string, numbers: number[] | null): Promise<EpisodeTrace[]> {
  const rows = await db().episode.findMany({
    where: { experimentId, ...(numbers ? { number: { in: numbers } } : {}) },
    select: { number: true, status: true, hypervolume: true },
    orderBy: { number: "asc" },
  });
  return rows.map((row) => ({ ...row, status: row.status as EpisodeStatus }));
}

interface PointRow extends Omit<SolutionPoint, "recipe" | "method" | "figures"> {
  recipe: unknown;
  figures: [value: number, low: number, high: number][];
}

// The stored evaluation is several kilobytes a solution, so the database takes the fifteen numbers out of it.
const figuresSql = objectiveKeys
  .map((key) => `jsonb_build_array(${["value", "low", "high"].map((part) => `evaluation #> '{${key},${part}}'`).join(", ")})`)
  .join(", ");

async function readPoints(experimentId: string, numbers: number[] | null): Promise<SolutionPoint[]> {
  const rows = await db().$queryRawUnsafe<PointRow[]>(
    `SELECT number, label, recipe, "artifactHash", "isBaseline", "onFront", feasible, partial, evaluation -> 'labels' AS labels, NULLIF(evaluation -> 'early_stop', 'null'::jsonb) AS "earlyStop",
       jsonb_build_array(${figuresSql}) AS figures
     FROM "Solution" WHERE "experimentId" = $1::uuid ${numbers ? "AND number = ANY($2::int[])" : ""} ORDER BY number`,
    ...(numbers ? [experimentId, numbers] : [experimentId]),
  );
  return rows.map((row) => {
    const recipe = recipeSchema.parse(row.recipe);
    return { ...row, recipe, method: recipe.steps.map((step) => step.method).join("+") || "none", labels: row.labels ?? [], figures: toFigures(row.figures) };
  });
}

function toFigures(rows: PointRow["figures"]): FigureRanges {
  return Object.fromEntries(
    objectiveKeys.map((key, k) => {
      // Six digits are more than any of them carries, and keep ten thousand solutions a page of two megabytes.
      const [value, low, high] = (rows[k] as [number, number, number]).map((each) => Number(each.toPrecision(6))) as [number, number, number];
      return [key, { value, low, high }];
    }),
  ) as Record<ObjectiveKey, { value: number; low: number; high: number }>;
}
