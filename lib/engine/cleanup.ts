import type { Database, Transaction } from "./database";
import type { EngineLog } from "./types";

const INTERVAL_MS = 60_000;
const KEPT_DAYS = 30;

/** Removes what no run needs any more, and gives failed jobs another try; harmless to run in two executors at once. */
export async function cleanUp(tx: Transaction): Promise<void> {
  await tx.query("delete from engine.runs where finished_at < now() - make_interval(days => $1)", [KEPT_DAYS]);
  // While a run lasts, its event's id must be known, or a repeated send would start it a second time.
  await tx.query(
    `delete from engine.events where received_at < now() - make_interval(days => $1)
       and not exists (select 1 from engine.runs where runs.event_id = events.id)`,
    [KEPT_DAYS],
  );
  await tx.query("delete from engine.idempotency where expires_at < now()");
  // A superseded job outlives its process when that dies before deleting it; it can never run again.
  await tx.query(
    `select 1 from graphile_worker.complete_jobs(array(
       select id from graphile_worker.jobs where attempts >= max_attempts and locked_at is null))`,
  );
  // A job fails only by a fault in the engine or a database in trouble; graphile-worker's own backoff grows to hours.
  await tx.query(
    `select 1 from graphile_worker.reschedule_jobs(array(
       select id from graphile_worker.jobs where last_error is not null and attempts < max_attempts and locked_at is null
         and run_at > now() + interval '1 minute'), run_at := now() + interval '30 seconds')`,
  );
}

export function startCleanup(database: Database, log: EngineLog): { stop(): void } {
  const timer = setInterval(() => {
    database.transaction(cleanUp, 0).catch((error: unknown) => log.debug({ err: error }, "the clean-up failed; it runs again"));
  }, INTERVAL_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
