import { db, type Prisma } from "@/lib/db/client";
import { eventChannel } from "@/lib/db/listen";
import type { ExperimentPageView } from "@/lib/experiments/page-schema";
import type { ShareView } from "./schema";

const viewSelect = { id: true, title: true, experimentIds: true, view: true, embeddable: true, createdBy: true, createdAt: true, expiresAt: true } satisfies Prisma.ShareLinkSelect;

interface NewShare {
  teamId: string;
  title: string;
  experimentIds: string[];
  view: string;
  snapshot: ExperimentPageView[] | null;
  embeddable: boolean;
  tokenHash: string;
  createdBy: string;
  expiresAt: Date | null;
}

export async function insertShare({ snapshot, ...data }: NewShare): Promise<{ id: string }> {
  return db().shareLink.create({ data: { ...data, ...(snapshot ? { snapshot: snapshot as unknown as Prisma.InputJsonValue } : {}) }, select: { id: true } });
}

/** The links of a team that can still be opened, newest first; of one experiment, when it is named. */
export async function listShares(team: string, experimentId?: string): Promise<ShareView[]> {
  const now = new Date();
  const rows = await db().shareLink.findMany({
    where: { teamId: team, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }], ...(experimentId ? { experimentIds: { has: experimentId } } : {}) },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: 200,
    select: viewSelect,
  });
  const frozen = new Set((await db().$queryRaw<{ id: string }[]>`SELECT id FROM "ShareLink" WHERE snapshot IS NOT NULL AND id = ANY(${rows.map((row) => row.id)}::uuid[])`).map((row) => row.id));
  return rows.map(({ experimentIds, createdAt, expiresAt, ...row }) => ({ ...row, experiments: experimentIds, frozen: frozen.has(row.id), createdAt: createdAt.toISOString(), expiresAt: expiresAt?.toISOString() ?? null }));
}

export interface StoredShare {
  id: string;
  title: string;
  experimentIds: string[];
  view: string;
  snapshot: ExperimentPageView[] | null;
  embeddable: boolean;
  tokenHash: string;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

export async function findShare(where: { id: string } | { tokenHash: string }): Promise<StoredShare | null> {
  const row = await db().shareLink.findUnique({ where });
  return row ? { ...row, snapshot: row.snapshot as unknown as ExperimentPageView[] | null } : null;
}

/** Ends a link, and wakes the streams of its readers so that they end too. False when the team has no such link. */
export async function revoke(id: string, team: string): Promise<boolean> {
  const { count } = await db().shareLink.updateMany({ where: { id, teamId: team }, data: { revokedAt: new Date() } });
  const share = count > 0 ? await db().shareLink.findUnique({ where: { id }, select: { experimentIds: true } }) : null;
  for (const experimentId of share?.experimentIds ?? []) await db().$executeRaw`SELECT pg_notify(${eventChannel}, ${experimentId})`;
  return count > 0;
}
