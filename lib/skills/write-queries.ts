import { hashOfRecipe } from "@/lib/coordinator/recipes";
import { db, type Db, type Prisma } from "@/lib/db/client";
import { decisionRecordSchema, errorInfoSchema, evaluationSchema, goalSchema, modelSpecSchema, recipeSchema } from "@/lib/experiments/schema";
import { rangesOf, ratiosOf } from "./ratios";
import type { SkillRecord } from "./schema";

/** What is written into the memory. Every function may be repeated: an episode is remembered once. */

type Row = Prisma.SkillRecordCreateManyInput;

/** Ends of an episode that say nothing about its recipe. */
const silentCodes = ["abandoned", "stopped", "run_failed"];

/**
 * Remembers how an ended episode came out, in the transaction that ends it. Not remembered: the baseline, what was
 * taken over from another episode (that one is remembered), and ends that say nothing about the recipe.
 */
export async function remember(tx: Db, experimentId: string, number: number): Promise<void> {
  const row = await rowOf(tx, experimentId, number);
  if (row) await tx.skillRecord.createMany({ data: [row], skipDuplicates: true });
}

async function rowOf(tx: Db, experimentId: string, number: number): Promise<Row | null> {
  const episode = await tx.episode.findUnique({
    where: { experimentId_number: { experimentId, number } },
    include: { experiment: true, solution: { omit: { items: true } } },
  });
  const baselineRow = await tx.solution.findFirst({ where: { experimentId, isBaseline: true }, select: { evaluation: true } });
  if (!episode?.endedAt || number === 0 || episode.reusedFrom || !baselineRow) return null;
  const { experiment, solution } = episode;
  const recipe = recipeSchema.safeParse(episode.recipe);
  const error = solution ? null : errorInfoSchema.safeParse(episode.error).data;
  if (!recipe.success || error === undefined || (error && silentCodes.includes(error.code))) return null;

  const baseline = evaluationSchema.parse(baselineRow.evaluation);
  const evaluation = solution ? evaluationSchema.parse(solution.evaluation) : null;
  const spec = modelSpecSchema.parse(experiment.spec);
  const record: SkillRecord = {
    experimentId,
    experiment: experiment.name,
    episode: number,
    model: experiment.model,
    revision: spec.revision,
    family: spec.model_family.value,
    parameters: spec.parameters.value,
    layers: spec.layers.value,
    device: baseline.device,
    benchmarks: experiment.benchmarks,
    itemLimit: experiment.itemLimit,
    goal: goalSchema.parse(experiment.goal).weights,
    label: decisionRecordSchema.safeParse(episode.decision).data?.label ?? "",
    recipe: recipe.data,
    ratios: evaluation ? ratiosOf(evaluation, baseline, evaluation.accuracy_delta) : null,
    figures: evaluation ? rangesOf(evaluation) : null,
    error: error ? { code: error.code, message: error.message } : null,
    partial: solution?.partial ?? false,
    at: episode.endedAt.toISOString(),
  };
  return toRow(record, experiment.teamId, null);
}

/** Remembers every ended episode that is not: those from before there was a memory, and any that a bug had lost. */
export async function rememberAll(): Promise<number> {
  const missing = await db().$queryRaw<{ experimentId: string; number: number }[]>`
    SELECT e."experimentId", e.number FROM "Episode" e
    JOIN "Experiment" x ON x.id = e."experimentId"
    LEFT JOIN "SkillRecord" r ON r."experimentId" = e."experimentId" AND r.episode = e.number AND r."teamId" = x."teamId"
    WHERE e.number > 0 AND e.status IN ('done', 'failed') AND e."reusedFrom" IS NULL AND r.id IS NULL
    ORDER BY e."endedAt"`;
  for (const { experimentId, number } of missing) await remember(db(), experimentId, number);
  return missing.length;
}

/** Adds to a team's memory the records that it does not know, by experiment and episode; returns how many those were. */
export async function addRecords(records: readonly SkillRecord[], team: string, importedFrom: string): Promise<number> {
  const { count } = await db().skillRecord.createMany({ data: records.map((record) => toRow(record, team, importedFrom)), skipDuplicates: true });
  return count;
}

function toRow(record: SkillRecord, teamId: string, importedFrom: string | null): Row {
  const { ratios, figures, error, recipe } = record;
  return {
    ...record,
    teamId,
    importedFrom,
    recipe: recipe as Prisma.InputJsonValue,
    recipeHash: hashOfRecipe(recipe),
    runtime: recipe.runtime,
    // What is left out is stored as NULL; a null would have to be said as a JSON one.
    ratios: ratios ?? undefined,
    figures: figures ?? undefined,
    error: error ?? undefined,
  };
}
