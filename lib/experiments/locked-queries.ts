import { db, type Db, type Prisma } from "@/lib/db/client";
import { eventChannel } from "@/lib/db/listen";
import type { EventType } from "./schema";

/** How everything that changes an experiment is written: under its row lock, with an event in its log. */

export type Tx = Db;

export function json(value: unknown): Prisma.InputJsonValue {
  return value as Prisma.InputJsonValue;
}

/** Runs `work` holding the experiment's row lock, so that numbers and the front follow the order of commits. */
export async function locked<T>(experimentId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db().$transaction(
    async (tx) => {
      await tx.$queryRaw`SELECT 1 AS locked FROM "Experiment" WHERE id = ${experimentId}::uuid FOR UPDATE`;
      return work(tx);
    },
    { timeout: 20_000, maxWait: 10_000 },
  );
}

export async function append(tx: Tx, experimentId: string, type: EventType, data: Record<string, unknown>): Promise<void> {
  const { eventSeq } = await tx.experiment.update({
    where: { id: experimentId },
    data: { eventSeq: { increment: 1 } },
    select: { eventSeq: true },
  });
  await tx.event.create({ data: { experimentId, seq: eventSeq, type, data: json(data) } });
  await tx.$executeRaw`SELECT pg_notify(${eventChannel}, ${experimentId})`;
}
