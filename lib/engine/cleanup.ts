import type { Database, Transaction } from "./database";
import { enqueueDiscovery, enqueuePlanned, lockRun } from "./runs";
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
  // A wake-up that was removed while it ran outlives its process when that dies; it can never run again.
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

/**
 * Asks again for calls of which there is no job although the run waits for them. Each transaction leaves a job for what
 * is to be called, so this finds nothing, unless someone emptied the queue or restored a part of the database.
 */
export async function reviveLostCalls(tx: Transaction, log: EngineLog): Promise<void> {
  const { rows } = await tx.query<{ run_id: string; step_id: string | null }>(
    `with expected as (
       select id as run_id, null as step_id, discovery_token as token from engine.runs
       where status = 'running' and not exists (select 1 from engine.steps where run_id = runs.id and steps.status <> 'done')
       union all
       select run_id, steps.id, token from engine.steps join engine.runs on runs.id = run_id
       where runs.status = 'running' and steps.status = 'planned'
     )
     select run_id, step_id from expected
     where not exists (select 1 from graphile_worker.jobs where key = format('call:%s:%s:%s', run_id, step_id, token))
       and not exists (select 1 from engine.parked where call = format('%s#%s#%s', run_id, step_id, token))`,
  );
  for (const { run_id: runId, step_id: stepId } of rows) {
    log.warn({ runId, stepId }, "a call had no job and is asked for again");
    const run = await lockRun(tx, runId);
    if (run?.status !== "running") continue;
    if (stepId === null) await enqueueDiscovery(tx, run);
    else await enqueuePlanned(tx, runId, stepId);
  }
}

export function startCleanup(database: Database, log: EngineLog): { stop(): void } {
  const timer = setInterval(() => {
    const work = async (tx: Transaction): Promise<void> => {
      await cleanUp(tx);
      await reviveLostCalls(tx, log);
    };
    database.transaction(work, 0).catch((error: unknown) => log.debug({ err: error }, "the clean-up failed; it runs again"));
  }, INTERVAL_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
