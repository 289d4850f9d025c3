import { db, Prisma } from "@/lib/db/client";
import { figuresOf } from "@/lib/domain/objectives";
import { errorInfoSchema, evaluationSchema, goalSchema, modelSpecSchema, recipeSchema } from "@/lib/experiments/schema";
import { halfWidths } from "./ratios";
import { rangesSchema, skillRecordSchema, type Experience, type MemoryPage, type MemoryQuery, type PastFailure, type SkillRecord } from "./schema";
import { similarity, type Circumstances } from "./similarity";

/** What is read from the memory. */

const circumstances = { revision: true, family: true, parameters: true, device: true, benchmarks: true, goal: true } satisfies Prisma.SkillRecordSelect;

/** Past this many records the oldest are left out of a ranking; it bounds the time of a decision. */
const mostRanked = 20_000;

interface Ranked {
  id: string;
  similarity: number;
}

/** Most similar first; of equally similar ones the newer first. */
async function rank(wanted: Circumstances, where: Prisma.SkillRecordWhereInput): Promise<Ranked[]> {
  const rows = await db().skillRecord.findMany({
    where,
    select: { id: true, ...circumstances },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    take: mostRanked,
  });
  return rows
    .map((row) => ({ id: row.id, similarity: similarity(wanted, { ...row, goal: row.goal as Circumstances["goal"] }) }))
    .sort((a, b) => b.similarity - a.similarity);
}

export interface Asker {
  /** Whose memory is read. */
  team: string;
  /** The experiment that asks: its own outcomes are known to it already. */
  except?: string;
  limit?: number;
}

/** What came of recipes under the most similar circumstances, in other experiments of the team and in imported ones. */
export async function recommend(wanted: Circumstances, { team, except, limit = 300 }: Asker): Promise<Experience[]> {
  const ranked = (await rank(wanted, { ...besides(team, except), ratios: { not: Prisma.DbNull } })).slice(0, limit);
  const rows = await db().skillRecord.findMany({ where: { id: { in: ids(ranked) } }, select: { id: true, recipe: true, ratios: true, ...source } });
  return inOrder(ranked, rows).map(({ row, similarity }) => {
    const ratios = rangesSchema.parse(row.ratios);
    return { recipe: recipeSchema.parse(row.recipe), ratios: figuresOf(ratios), spread: halfWidths(ratios), similarity, source: sourceOf(row) };
  });
}

/** What failed under the most similar circumstances. */
export async function recallFailures(wanted: Circumstances, { team, except, limit = 20 }: Asker): Promise<PastFailure[]> {
  const ranked = (await rank(wanted, { ...besides(team, except), error: { not: Prisma.DbNull } })).slice(0, limit);
  const rows = await db().skillRecord.findMany({ where: { id: { in: ids(ranked) } }, select: { id: true, recipe: true, label: true, error: true, ...source } });
  return inOrder(ranked, rows).map(({ row, similarity }) => {
    const { code, message } = errorInfoSchema.parse(row.error);
    return { recipe: recipeSchema.parse(row.recipe), label: row.label, code, message, similarity, source: sourceOf(row) };
  });
}

export interface Recalled {
  memory: Experience[];
  failures: PastFailure[];
}

/** What the memory says to an experiment whose baseline is measured: the device is only known then. */
export async function recallFor(experimentId: string): Promise<Recalled> {
  const experiment = await db().experiment.findUniqueOrThrow({
    where: { id: experimentId },
    select: { teamId: true, spec: true, benchmarks: true, goal: true, solutions: { where: { isBaseline: true }, select: { evaluation: true } } },
  });
  const spec = modelSpecSchema.parse(experiment.spec);
  const wanted: Circumstances = {
    revision: spec.revision,
    family: spec.model_family.value,
    parameters: spec.parameters.value,
    device: evaluationSchema.safeParse(experiment.solutions[0]?.evaluation).data?.device ?? "",
    benchmarks: experiment.benchmarks,
    goal: goalSchema.parse(experiment.goal).weights,
  };
  const asker = { team: experiment.teamId, except: experimentId };
  const [memory, failures] = await Promise.all([recommend(wanted, asker), recallFailures(wanted, asker)]);
  return { memory, failures };
}

/** One page of a team's memory, newest first, or most similar first where `like` says to what. */
export async function listMemory(team: string, query: MemoryQuery, like: Circumstances | null): Promise<MemoryPage> {
  const where = { teamId: team, ...filterOf(query) };
  const { offset, limit } = query;
  const [total, matching] = await Promise.all([db().skillRecord.count({ where: { teamId: team } }), db().skillRecord.count({ where })]);
  const page: { id: string; similarity?: number }[] = like
    ? (await rank(like, where)).slice(offset, offset + limit)
    : await db().skillRecord.findMany({ where, select: { id: true }, orderBy: [{ at: "desc" }, { id: "desc" }], skip: offset, take: limit });
  const rows = await db().skillRecord.findMany({ where: { id: { in: ids(page) } } });
  const origins = await db().experiment.findMany({ where: { id: { in: rows.map((row) => row.experimentId) }, teamId: team }, select: { id: true } });
  const here = new Set(ids(origins));
  return {
    rows: inOrder(page, rows).map(({ row, similarity }) => ({
      ...toRecord(row),
      id: row.id,
      importedFrom: row.importedFrom,
      here: here.has(row.experimentId),
      similarity: similarity ?? null,
    })),
    matching,
    total,
  };
}

function filterOf({ text, outcome }: MemoryQuery): Prisma.SkillRecordWhereInput {
  const contains = { contains: text, mode: "insensitive" } as const;
  return {
    ...(text ? { OR: [{ label: contains }, { model: contains }, { family: contains }, { experiment: contains }, { device: contains }] } : {}),
    ...(outcome === "measured" ? { ratios: { not: Prisma.DbNull } } : {}),
    ...(outcome === "failed" ? { error: { not: Prisma.DbNull } } : {}),
  };
}

/** Every record of a team, oldest first, for the memory's file. */
export async function allRecords(team: string): Promise<SkillRecord[]> {
  return (await db().skillRecord.findMany({ where: { teamId: team }, orderBy: [{ at: "asc" }, { id: "asc" }] })).map(toRecord);
}

const source = { experiment: true, episode: true } satisfies Prisma.SkillRecordSelect;

function sourceOf({ experiment, episode }: { experiment: string; episode: number }): string {
  return `${experiment}#${episode}`;
}

const ids = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);

/** The rows in the order of the ranking; one that was removed meanwhile is missing. */
function inOrder<E extends { id: string; similarity?: number }, R extends { id: string }>(ranked: readonly E[], rows: readonly R[]) {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ranked.flatMap(({ id, similarity }) => {
    const row = byId.get(id);
    return row ? [{ row, similarity: similarity as E["similarity"] }] : [];
  });
}

function besides(teamId: string, experimentId: string | undefined): Prisma.SkillRecordWhereInput {
  return { teamId, ...(experimentId ? { experimentId: { not: experimentId } } : {}) };
}

function toRecord(row: Prisma.SkillRecordGetPayload<object>): SkillRecord {
  return skillRecordSchema.parse({ ...row, at: row.at.toISOString() });
}
