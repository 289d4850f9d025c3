import { z } from "zod";
import { db } from "@/lib/db/client";
import type { Prisma } from "@/lib/db/client";
import type { ModelCallSummary, ModelCallView, ModelRole, ModelSpend } from "./schema";

export interface Turn {
  role: "user" | "assistant" | "tool";
  text: string;
}

const turnsSchema = z.array(z.object({ role: z.enum(["user", "assistant", "tool"]), text: z.string() }));

/** Caps that the experiment's own limits set; null where there is none. */
const capsSchema = z.object({ usd: z.number().nullable().default(null), tokens: z.number().nullable().default(null) });

export async function capsOf(experimentId: string): Promise<{ usd: number | null; tokens: number | null }> {
  const row = await db().experiment.findUniqueOrThrow({ where: { id: experimentId }, select: { limits: true } });
  return capsSchema.parse(row.limits);
}

export async function modelSpendOf(experimentId: string): Promise<ModelSpend> {
  const [sums, unpricedCalls, uncountedCalls] = await Promise.all([
    db().modelCall.aggregate({ where: { experimentId }, _count: true, _sum: { tokensIn: true, tokensOut: true, usd: true } }),
    db().modelCall.count({ where: { experimentId, usd: null } }),
    db().modelCall.count({ where: { experimentId, OR: [{ tokensIn: null }, { tokensOut: null }] } }),
  ]);
  const { tokensIn, tokensOut, usd } = sums._sum;
  return { calls: sums._count, tokensIn: tokensIn ?? 0, tokensOut: tokensOut ?? 0, usd: usd ?? 0, unpricedCalls, uncountedCalls };
}

export async function openModelCall(call: {
  experimentId: string | null;
  episode: number | null;
  role: ModelRole;
  provider: string;
  model: string;
  system: string;
  prompt: string;
}): Promise<string> {
  const { id } = await db().modelCall.create({ data: call, select: { id: true } });
  return id;
}

/** Kept after every request, so that what was spent is on record even if the process ends before the answer. */
export async function updateModelCall(
  id: string,
  change: { tokensIn: number | null; tokensOut: number | null; usd: number | null; attempts: number; answer?: string | null; turns?: Turn[]; ms?: number; error?: string | null },
): Promise<void> {
  const { turns, ...rest } = change;
  await db().modelCall.update({ where: { id }, data: { ...rest, ...(turns ? { turns: turns as unknown as Prisma.InputJsonValue } : {}) }, select: { id: true } });
}

const summarySelect = {
  id: true,
  episode: true,
  role: true,
  provider: true,
  model: true,
  tokensIn: true,
  tokensOut: true,
  usd: true,
  ms: true,
  attempts: true,
  error: true,
  at: true,
} satisfies Prisma.ModelCallSelect;

/** The newest calls of an experiment, oldest of them first, without what was said. */
export async function listModelCalls(experimentId: string, limit = 500): Promise<ModelCallSummary[]> {
  const rows = await db().modelCall.findMany({ where: { experimentId }, select: summarySelect, orderBy: [{ at: "desc" }, { id: "desc" }], take: limit });
  return rows.reverse().map(toSummary);
}

export async function getModelCall(experimentId: string, id: string): Promise<ModelCallView | null> {
  if (!z.uuid().safeParse(id).success) return null;
  const row = await db().modelCall.findFirst({ where: { id, experimentId } });
  return row && { ...toSummary(row), system: row.system, prompt: row.prompt, answer: row.answer, turns: turnsSchema.parse(row.turns) };
}

function toSummary(row: Prisma.ModelCallGetPayload<{ select: typeof summarySelect }>): ModelCallSummary {
  return { ...row, role: row.role as ModelRole, at: row.at.toISOString(), id: row.id };
}
