import { z } from "zod";
import { toJson, type Database } from "./database";
import { makeEventIds } from "./ids";
import { hasUnknownName, publishEvents } from "./matching";
import type { Sync } from "./sync";
import type { EngineEvent } from "./types";

/** PostgreSQL's text cannot hold NUL; its json, where the data goes, can. */
const textSchema = z.string().refine((text) => !text.includes("\0"), "must not contain NUL");

const eventSchema = z.object({
  id: textSchema.max(512).nullish(),
  name: textSchema
    .min(1)
    .max(256)
    .refine((name) => !name.startsWith("inngest/"), "names that start with inngest/ are reserved"),
  data: z.record(z.string(), z.unknown()).nullish(),
  ts: z.number().int().nonnegative().nullish(),
  v: z.string().nullish(),
  user: z.unknown().optional(),
  meta: z.unknown().optional(),
});
const bodySchema = z.union([z.array(eventSchema).min(1), eventSchema.transform((event) => [event])]);

/** A sender that waits a while loses nothing when PostgreSQL restarts; one that waits for ever is stuck. */
const PATIENCE_MS = 20_000;

export class InvalidEventError extends Error {
  override name = "InvalidEventError";
}

/** Ids are fixed here, before the transaction that may run twice. */
export function parseEvents(body: unknown, seed: string | undefined): EngineEvent[] {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) {
    const issues = (Array.isArray(body) ? z.array(eventSchema).min(1) : eventSchema).safeParse(body);
    throw new InvalidEventError(`invalid event: ${issues.error ? z.prettifyError(issues.error) : parsed.error.message}`);
  }
  const ids = makeEventIds(parsed.data.length, seed);
  return parsed.data.map(({ id, name, data, ts, v, user, meta }, index) => ({
    id: id || ids[index]!,
    name,
    data: data ?? {},
    ts: ts || Date.now(),
    ...(v ? { v } : {}),
    ...(user === undefined || user === null ? {} : { user }),
    ...(meta === undefined || meta === null ? {} : { meta }),
  }));
}

/** Stores events and lets the new ones take effect; an id that was seen before does nothing. */
export async function receiveEvents(database: Database, sync: Sync, events: EngineEvent[]): Promise<void> {
  // An app that was just started may send an event for a function that is not registered yet; it would be lost.
  if (await database.transaction((tx) => hasUnknownName(tx, events), PATIENCE_MS)) await sync.refresh();
  await database.transaction(async (tx) => {
    const fresh: EngineEvent[] = [];
    for (const event of events) {
      const { rowCount } = await tx.query("insert into engine.events (id, name, event) values ($1, $2, $3) on conflict (id) do nothing", [
        event.id,
        event.name,
        toJson(event),
      ]);
      if (rowCount === 1) fresh.push(event);
    }
    await publishEvents(tx, fresh);
  }, PATIENCE_MS);
}
