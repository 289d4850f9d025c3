import { db, Prisma } from "@/lib/db/client";

/** Seconds after which a server that failed is asked again, and after which a claim is taken for dead. */
const retrySeconds = 60;

/** Started experiments of which something is still to be sent, the oldest attempt first; one that is being sent is left out. */
export async function claimDue(most: number): Promise<string[]> {
  const rows = await db().$queryRaw<{ id: string }[]>`
    SELECT e.id FROM "Experiment" e LEFT JOIN "Tracking" t ON t."experimentId" = e.id
    WHERE e."startedAt" IS NOT NULL AND (t."experimentId" IS NULL OR t."syncedSeq" < e."eventSeq")
      AND (t.at IS NULL OR (t.error IS NULL AND t.at < now() - interval '5 seconds') OR t.at < now() - ${Prisma.sql`make_interval(secs => ${retrySeconds})`})
    ORDER BY t.at NULLS FIRST LIMIT ${most}`;
  const claimed: string[] = [];
  for (const { id } of rows) if (await claim(id)) claimed.push(id);
  return claimed;
}

/** Takes an experiment for this process: what is claimed stays claimed for the time after which it would be tried again. */
async function claim(experimentId: string): Promise<boolean> {
  const count = await db().$executeRaw`
    INSERT INTO "Tracking" ("experimentId", "syncedSeq", error, at) VALUES (${experimentId}::uuid, 0, 'being sent', now())
    ON CONFLICT ("experimentId") DO UPDATE SET at = now(), error = 'being sent'
      WHERE ("Tracking".error IS NULL AND "Tracking".at < now() - interval '5 seconds') OR "Tracking".at < now() - make_interval(secs => ${retrySeconds})`;
  return count > 0;
}

/** Takes an experiment that somebody asks to be sent now; false while it is being sent. */
export async function claimNow(experimentId: string): Promise<boolean> {
  const count = await db().$executeRaw`
    INSERT INTO "Tracking" ("experimentId", "syncedSeq", error, at) VALUES (${experimentId}::uuid, 0, 'being sent', now())
    ON CONFLICT ("experimentId") DO UPDATE SET at = now(), error = 'being sent'
      WHERE "Tracking".error IS DISTINCT FROM 'being sent' OR "Tracking".at < now() - make_interval(secs => ${retrySeconds})`;
  return count > 0;
}

/** Whether the server has all of the experiment so far. */
export async function isSynced(experimentId: string): Promise<boolean> {
  const [row] = await db().$queryRaw<{ synced: boolean }[]>`
    SELECT t."syncedSeq" >= e."eventSeq" AS synced FROM "Experiment" e JOIN "Tracking" t ON t."experimentId" = e.id WHERE e.id = ${experimentId}::uuid`;
  return row?.synced ?? false;
}

export async function markSynced(experimentId: string, seq: number): Promise<void> {
  await db().tracking.upsert({ where: { experimentId }, create: { experimentId, syncedSeq: seq, at: new Date() }, update: { syncedSeq: seq, error: null, at: new Date() } });
}

export async function markFailed(experimentId: string, error: string): Promise<void> {
  await db().tracking.upsert({ where: { experimentId }, create: { experimentId, syncedSeq: 0, error, at: new Date() }, update: { error, at: new Date() } });
}

/** How many experiments the server has wholly, how many wait, and the newest reason why. */
export async function trackingState(): Promise<{ synced: number; waiting: number; error: string | null }> {
  const [counts] = await db().$queryRaw<{ synced: bigint; waiting: bigint; error: string | null }[]>`
    SELECT count(*) FILTER (WHERE t."syncedSeq" >= e."eventSeq") AS synced, count(*) FILTER (WHERE t."syncedSeq" IS NULL OR t."syncedSeq" < e."eventSeq") AS waiting,
      (array_agg(t.error ORDER BY t.at DESC) FILTER (WHERE t.error <> 'being sent' AND t."syncedSeq" < e."eventSeq"))[1] AS error
    FROM "Experiment" e LEFT JOIN "Tracking" t ON t."experimentId" = e.id WHERE e."startedAt" IS NOT NULL`;
  return { synced: Number(counts?.synced ?? 0), waiting: Number(counts?.waiting ?? 0), error: counts?.error ?? null };
}
