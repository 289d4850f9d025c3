import { toJson, type Transaction } from "./database";
import type { CallJob } from "./types";

export const CALL_TASK = "engine_call";
export const WAKE_TASK = "engine_wake";

/** Attempts are counted in the payload; graphile's own count only grows when a process dies, and must never run out. */
const MAX_ATTEMPTS = 32_767;

/**
 * The key holds the token: a call that waited long for a slot, and is stale by then, must not replace its successor.
 * A process that dies between its commit and the deletion of its job leaves a job whose token is used up.
 */
export async function enqueueCall(tx: Transaction, job: CallJob, delaySeconds = 0): Promise<void> {
  await tx.query(
    `select 1 from graphile_worker.add_job($1, $2::json,
       run_at := case when $3::float8 > 0 then clock_timestamp() + make_interval(secs => $3::float8) end,
       max_attempts := $4, job_key := $5)`,
    [CALL_TASK, toJson(job), delaySeconds, MAX_ATTEMPTS, `call:${job.runId}:${job.stepId ?? ""}:${job.token}`],
  );
}

/** Ends a sleep, or a wait or invocation that timed out. */
export async function enqueueWake(tx: Transaction, runId: string, stepId: string, atMs: number): Promise<void> {
  await tx.query(
    "select 1 from graphile_worker.add_job($1, $2::json, run_at := to_timestamp($3::float8 / 1000), max_attempts := $4, job_key := $5)",
    [WAKE_TASK, toJson({ runId, stepId }), atMs, MAX_ATTEMPTS, `wake:${runId}:${stepId}`],
  );
}

export async function removeWake(tx: Transaction, runId: string, stepId: string): Promise<void> {
  await tx.query("select 1 from graphile_worker.remove_job($1)", [`wake:${runId}:${stepId}`]);
}
