import { toJson, type Transaction } from "./database";
import { resolveDeadlineMs } from "./durations";
import { evaluateKey } from "./expressions";
import { makeUlid } from "./ids";
import { enqueueCall, removeWake } from "./jobs";
import type { FunctionConfig } from "./registry";
import { RunFailure, type EngineEvent, type StepError } from "./types";

/** The limits of the real server; beyond them every further request would carry a state too large to send. */
export const MAX_STEPS = 1_000;
export const MAX_STEP_BYTES = 4 * 1024 * 1024;
export const MAX_STATE_BYTES = 32 * 1024 * 1024;

/** The real server also forgets an idempotency key after a day. */
const IDEMPOTENCY_HOURS = 24;

/** A row of engine.runs with its function's configuration. Changes are made here too, so that one read serves a transaction. */
export interface Run {
  id: string;
  function_id: string;
  event: EngineEvent;
  status: "running" | "completed" | "failed" | "cancelled";
  request_version: number;
  discovery_token: number;
  step_count: number;
  done_count: number;
  state_bytes: number;
  parent_run_id: string | null;
  parent_step_id: string | null;
  config: FunctionConfig;
}

export type Closing =
  | { status: "completed"; result: unknown }
  | { status: "failed"; error: StepError }
  | { status: "cancelled" };

export async function lockRun(tx: Transaction, runId: string, lock: "update" | "share" = "update"): Promise<Run | undefined> {
  const { rows } = await tx.query<Run>(
    `select runs.*, functions.config from engine.runs join engine.functions on functions.id = runs.function_id
     where runs.id = $1 for ${lock} of runs`,
    [runId],
  );
  return rows[0];
}

/** Starts a run; false where this event, or one with the same idempotency key within a day, already started it. */
export async function createRun(tx: Transaction, config: FunctionConfig, event: EngineEvent, parent?: { runId: string; stepId: string }): Promise<boolean> {
  if (config.idempotency) {
    const key = evaluateKey(config.idempotency, { event });
    if (key !== undefined) {
      const { rowCount } = await tx.query(
        `insert into engine.idempotency as held (function_id, key, expires_at) values ($1, $2, now() + make_interval(hours => $3))
         on conflict (function_id, key) do update set expires_at = excluded.expires_at where held.expires_at < now()`,
        [config.id, key, IDEMPOTENCY_HOURS],
      );
      if (rowCount === 0) return false;
    }
  }
  const runId = makeUlid();
  const { rowCount } = await tx.query(
    `insert into engine.runs (id, function_id, event_id, event, parent_run_id, parent_step_id) values ($1, $2, $3, $4, $5, $6)
     on conflict (function_id, event_id) do nothing`,
    [runId, config.id, event.id, toJson(event), parent?.runId, parent?.stepId],
  );
  if (rowCount === 0) return false;
  for (const cancel of config.cancel ?? []) {
    await addWait(tx, runId, null, cancel.event, cancel.if, cancel.timeout ? resolveDeadlineMs(cancel.timeout) : undefined);
  }
  await enqueueDiscovery(tx, { id: runId, discovery_token: 0 });
  return true;
}

export async function addWait(tx: Transaction, runId: string, stepId: string | null, eventName: string, expression?: string, expiresAtMs?: number): Promise<void> {
  await tx.query(
    `insert into engine.waits (run_id, step_id, event_name, expression, expires_at)
     values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000))`,
    [runId, stepId, eventName, expression, expiresAtMs],
  );
}

const FIRST_TRY = { attempt: 0, refusals: 0, drops: 0, delaySeconds: 0 };

/** Asks the app what comes next. The new token makes the answer to any earlier discovery stale. */
export async function enqueueDiscovery(tx: Transaction, run: Pick<Run, "id" | "discovery_token">, retry = FIRST_TRY): Promise<void> {
  await renewDiscoveryToken(tx, run);
  const { delaySeconds, ...counts } = retry;
  await enqueueCall(tx, { runId: run.id, stepId: null, token: run.discovery_token, ...counts }, delaySeconds);
}

export async function renewDiscoveryToken(tx: Transaction, run: Pick<Run, "id" | "discovery_token">): Promise<void> {
  run.discovery_token += 1;
  await tx.query("update engine.runs set discovery_token = $2 where id = $1", [run.id, run.discovery_token]);
}

export async function enqueuePlanned(tx: Transaction, runId: string, stepId: string, retry = FIRST_TRY): Promise<void> {
  const { rows } = await tx.query<{ token: number }>(
    "update engine.steps set token = token + 1 where run_id = $1 and id = $2 and status = 'planned' returning token",
    [runId, stepId],
  );
  const { delaySeconds, ...counts } = retry;
  if (rows[0]) await enqueueCall(tx, { runId, stepId, token: rows[0].token, ...counts }, delaySeconds);
}

/** Adds a step that is not finished. Returns false where the app reported it before. */
export async function addPendingStep(
  tx: Transaction,
  run: Run,
  step: { id: string; op: string; name?: string; status: "planned" | "waiting"; race: boolean },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into engine.steps (run_id, id, op, name, status, race, visible_count) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (run_id, id) do nothing`,
    [run.id, step.id, step.op, step.name, step.status, step.race, run.done_count],
  );
  if (rowCount === 0) return false;
  countStep(run);
  return true;
}

function countStep(run: Run): void {
  run.step_count += 1;
  if (run.step_count > MAX_STEPS) throw new RunFailure(`The run has more than ${MAX_STEPS} steps. Split the work over invoked functions.`);
}

/** Saves what recording steps changed in the run itself. */
export async function saveCounts(tx: Transaction, run: Run): Promise<void> {
  await tx.query("update engine.runs set request_version = $2, step_count = $3, done_count = $4, state_bytes = $5 where id = $1", [
    run.id,
    run.request_version,
    run.step_count,
    run.done_count,
    run.state_bytes,
  ]);
}

/**
 * Memoizes a step's outcome, once: undefined where it is already there. `memo` is what the SDK reads back:
 * {data} or {error} for runs and invocations, the bare event of a wait, null for a sleep or a wait that timed out.
 */
export async function completeStep(tx: Transaction, run: Run, step: { id: string; op: string; name?: string }, memo: unknown): Promise<{ race: boolean } | undefined> {
  const text = toJson(memo);
  const bytes = Buffer.byteLength(text);
  const label = step.name ?? step.id;
  if (bytes > MAX_STEP_BYTES) throw new RunFailure(`The output of step "${label}" is ${bytes} bytes; at most ${MAX_STEP_BYTES} (4 MB) can be kept. Store it elsewhere and return a reference.`);
  if (run.state_bytes + bytes > MAX_STATE_BYTES) throw new RunFailure(`The step outputs of the run exceed ${MAX_STATE_BYTES} bytes (32 MB) with step "${label}". Store them elsewhere and return references.`);
  const { rows } = await tx.query<{ race: boolean; is_new: boolean }>(
    `insert into engine.steps as known (run_id, id, op, name, status, position, memo) values ($1, $2, $3, $4, 'done', $5, $6)
     on conflict (run_id, id) do update set status = 'done', position = $5, memo = $6 where known.status <> 'done'
     returning race, xmax = 0 as is_new`,
    [run.id, step.id, step.op, step.name, run.done_count + 1, text],
  );
  if (!rows[0]) return undefined;
  if (rows[0].is_new) countStep(run);
  run.done_count += 1;
  run.state_bytes += bytes;
  return { race: rows[0].race };
}

/**
 * Schedules the next discovery after steps were completed. With request version 2 it waits for every reported step
 * (parallel chains go in lockstep, at a fraction of the requests), unless a completed step is in race mode.
 */
export async function advanceRun(tx: Transaction, run: Run, hasRaced: boolean): Promise<void> {
  if (hasRaced || run.request_version === 1 || (await countPending(tx, run.id)) === 0) await enqueueDiscovery(tx, run);
}

export async function countPending(tx: Transaction, runId: string): Promise<number> {
  const { rows } = await tx.query<{ pending: number }>("select count(*)::int as pending from engine.steps where run_id = $1 and status <> 'done'", [runId]);
  return rows[0]!.pending;
}

/** Completes a step from outside the app (an event, a timer, an invoked run) and goes on. Returns the events to publish. */
export async function resolveStep(tx: Transaction, run: Run, stepId: string, memo: unknown): Promise<EngineEvent[]> {
  const { rows } = await tx.query<{ op: string; name: string | null; race: boolean }>(
    "select op, name, race from engine.steps where run_id = $1 and id = $2 and status = 'waiting'",
    [run.id, stepId],
  );
  const step = rows[0];
  if (run.status !== "running" || !step) return [];
  try {
    await completeStep(tx, run, { id: stepId, op: step.op, name: step.name ?? undefined }, memo);
  } catch (error) {
    if (!(error instanceof RunFailure)) throw error;
    return closeRun(tx, run, { status: "failed", error: { name: error.name, message: error.message } });
  }
  await saveCounts(tx, run);
  await removeWake(tx, run.id, stepId);
  await tx.query("delete from engine.waits where run_id = $1 and step_id = $2", [run.id, stepId]);
  await advanceRun(tx, run, step.race);
  return [];
}

/** Ends a run, tells the run that invoked it, and returns the events to publish. */
export async function closeRun(tx: Transaction, run: Run, closing: Closing): Promise<EngineEvent[]> {
  run.status = closing.status;
  const error = closing.status === "failed" ? closing.error : undefined;
  const result = closing.status === "completed" ? closing.result : undefined;
  await tx.query("update engine.runs set status = $2, result = $3, error = $4, finished_at = clock_timestamp() where id = $1", [
    run.id,
    closing.status,
    closing.status === "completed" ? toJson(result) : null,
    error ? toJson(error) : null,
  ]);
  await tx.query("delete from engine.waits where run_id = $1", [run.id]);
  const followUps: EngineEvent[] = [];
  if (run.parent_run_id && run.parent_step_id) {
    const parent = await lockRun(tx, run.parent_run_id);
    const memo = closing.status === "completed" ? { data: result ?? null } : { error: error ?? { name: "Error", message: "The invoked function was cancelled" } };
    if (parent) followUps.push(...(await resolveStep(tx, parent, run.parent_step_id, memo)));
  }
  const about = { function_id: run.function_id, run_id: run.id, event: run.event };
  const emit = (kind: string, details: object): number =>
    followUps.push({ id: makeUlid(), name: `inngest/function.${kind}`, data: { ...about, ...details }, ts: Date.now() });
  if (closing.status === "cancelled") emit("cancelled", {});
  else emit("finished", error ? { error } : { result: result ?? null });
  if (error) emit("failed", { error });
  return followUps;
}
