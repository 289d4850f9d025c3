import { db } from "@/lib/db/client";
import type { Page } from "@/lib/experiments/schema";
import type { AuditView } from "./schema";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whose the experiments are, by the id or name that was asked for; those that do not exist are missing. */
export async function findTeams(idsOrNames: readonly string[]): Promise<Map<string, string>> {
  const rows = await db().experiment.findMany({
    where: { OR: [{ id: { in: idsOrNames.filter((each) => uuid.test(each)) } }, { name: { in: [...idsOrNames] } }] },
    select: { id: true, name: true, teamId: true },
  });
  const teams = new Map(rows.flatMap(({ id, name, teamId }) => [[id, teamId] as const, [name, teamId] as const]));
  return new Map(idsOrNames.flatMap((each) => {
    const team = teams.get(each) ?? teams.get(each.toLowerCase());
    return team === undefined ? [] : [[each, team] as const];
  }));
}

interface AuditRow {
  teamId: string;
  callerId: string;
  caller: string;
  action: string;
  target: string;
  outcome: string;
  requestId: string;
}

export async function writeAudit(row: AuditRow): Promise<void> {
  await db().auditEntry.create({ data: { ...row, target: row.target.slice(0, 300), requestId: row.requestId.slice(0, 100) } });
}

/** Whether this is the first use of a one-time token; of two that come at once, one is told so. */
export async function useOnce(nonce: string): Promise<boolean> {
  const { count } = await db().usedToken.createMany({ data: [{ nonce }], skipDuplicates: true });
  return count === 1;
}

/** A team's audit, newest first; `cursor` is the id of the last entry of the page before. */
export async function listAudit({ team, cursor, limit = 100 }: { team: string; cursor?: string | null; limit?: number }): Promise<Page<AuditView>> {
  const rows = await db().auditEntry.findMany({
    where: { teamId: team },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    take: limit + 1,
    ...(cursor && uuid.test(cursor) ? { cursor: { id: cursor }, skip: 1 } : {}),
  });
  const items = rows.slice(0, limit).map(({ id, at, caller, action, target, outcome, requestId }) => ({ id, at: at.toISOString(), caller, action, target, outcome, requestId }));
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
