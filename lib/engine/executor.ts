import type { Agent } from "undici";
import { acquireSlots, listLimits, releaseSlots } from "./concurrency";
import type { Database, Transaction } from "./database";
import { parseRetryAfterSeconds } from "./durations";
import { publishEvents } from "./matching";
import { applyOps, parseOps, toStepError } from "./ops";
import { countMaxAttempts } from "./registry";
import {
  advanceRun,
  closeRun,
  countPending,
  enqueueDiscovery,
  enqueuePlanned,
  lockRun,
  renewDiscoveryToken,
  resolveStep,
  saveCounts,
  type Closing,
  type Run,
} from "./runs";
import { sendToApp, type AppAddress, type AppResponse, type Delivery } from "./transport";
import { RunFailure, type CallJob, type EngineEvent, type EngineLog, type StepError } from "./types";

/** Above this, the app fetches the state from the engine: proxies in front of an app cut long bodies. */
const INLINE_STATE_BYTES = 4 * 1024 * 1024;
/** An answer can be lost because the app was restarted; that many in a row cost no attempt, then a step that kills the app does. */
const FREE_DROPS = 5;
const MAX_REFUSED_DELAY_SECONDS = 15;

export interface ExecutorContext {
  database: Database;
  agent: Agent;
  app: AppAddress;
  backoffSeconds: number[];
  log: EngineLog;
  /** Aborted when the engine stops while requests are in progress; another executor repeats them. */
  signal: AbortSignal;
  onUnreachable(): void;
}

interface Prepared {
  functionId: string;
  maxAttempts: number;
  body: Record<string, unknown>;
  version: number;
}

export async function runCall(context: ExecutorContext, job: CallJob): Promise<void> {
  const prepared = await context.database.transaction((tx) => prepareCall(tx, job));
  if (!prepared) return;
  const delivery = await sendToApp(context.agent, context.app, {
    method: "POST",
    query: { fnId: prepared.functionId, stepId: job.stepId ?? "step" },
    headers: { "x-run-id": job.runId, "x-inngest-req-version": String(prepared.version) },
    body: prepared.body,
    signal: context.signal,
  });
  // The job must stay locked until its process lets go of it, or graphile-worker would count it as done.
  if (delivery.kind === "aborted") await new Promise(() => undefined);
  if (delivery.kind === "refused") context.onUnreachable();
  await context.database.transaction((tx) => settleCall(tx, context, job, delivery));
}

/** Ends a sleep, or a wait or invocation that timed out. */
export async function runWake(context: ExecutorContext, { runId, stepId }: { runId: string; stepId: string }): Promise<void> {
  await context.database.transaction(async (tx) => {
    const run = await lockRun(tx, runId);
    const { rows } = await tx.query<{ op: string }>("select op from engine.steps where run_id = $1 and id = $2", [runId, stepId]);
    if (!run || !rows[0]) return;
    const timeout = { error: { name: "InngestInvokeTimeoutError", message: "Timed out waiting for invoked function to complete" } };
    await publishEvents(tx, await resolveStep(tx, run, stepId, rows[0].op === "InvokeFunction" ? timeout : null));
  });
}

/** Builds the request; undefined where the call is stale or waits for a concurrency slot. */
async function prepareCall(tx: Transaction, job: CallJob): Promise<Prepared | undefined> {
  // Under a shared lock a cancellation that is being committed is waited for, and then seen.
  const run = await lockRun(tx, job.runId, "share");
  if (!run) return undefined;
  const limits = listLimits(run.config, run.event);
  const planned = await findPlanned(tx, run, job);
  if (!planned) {
    await releaseSlots(tx, limits, job);
    return undefined;
  }
  if (!(await acquireSlots(tx, limits, job))) return undefined;
  const usesApi = run.state_bytes > INLINE_STATE_BYTES;
  // A planned step sees the state in which it was found, so that its parallel siblings' progress cannot change the path to it.
  const memos = await listMemos(tx, run.id, usesApi ? run.done_count : planned.visibleCount);
  const maxAttempts = countMaxAttempts(run.config);
  const stack = memos.map((step) => step.id);
  const body = {
    version: run.request_version,
    event: run.event,
    events: [run.event],
    use_api: usesApi,
    steps: usesApi ? {} : Object.fromEntries(memos.map((step) => [step.id, step.memo])),
    ctx: {
      run_id: run.id,
      attempt: job.attempt,
      max_attempts: maxAttempts,
      // While something is pending the app only reports what it finds; else it may run a single found step at once.
      disable_immediate_execution: (await countPending(tx, run.id)) > 0,
      use_api: usesApi,
      // No fn_id: its absence turns the SDK's checkpointing off.
      stack: { stack, current: stack.length },
    },
  };
  return { functionId: run.function_id, maxAttempts, body, version: run.request_version };
}

export async function listMemos(tx: Transaction, runId: string, count: number): Promise<{ id: string; memo: unknown }[]> {
  const { rows } = await tx.query<{ id: string; memo: unknown }>(
    "select id, memo from engine.steps where run_id = $1 and status = 'done' and position <= $2 order by position",
    [runId, count],
  );
  return rows;
}

/** Checks that nothing newer replaced this call. */
async function findPlanned(tx: Transaction, run: Run, job: CallJob): Promise<{ visibleCount: number } | undefined> {
  if (run.status !== "running") return undefined;
  if (job.stepId === null) return run.discovery_token === job.token ? { visibleCount: run.done_count } : undefined;
  const { rows } = await tx.query<{ visible_count: number }>(
    "select visible_count from engine.steps where run_id = $1 and id = $2 and status = 'planned' and token = $3",
    [run.id, job.stepId, job.token],
  );
  return rows[0] ? { visibleCount: rows[0].visible_count } : undefined;
}

/** One transaction per response: lock the run, drop the response if stale, save, enqueue what is next, free the slot. */
async function settleCall(tx: Transaction, context: ExecutorContext, job: CallJob, delivery: Delivery): Promise<void> {
  const run = await lockRun(tx, job.runId);
  if (!run) return;
  if (await findPlanned(tx, run, job)) {
    await publishEvents(tx, await settleFresh(tx, context, run, job, delivery));
    // The token is used up even where nothing follows yet: a second response to the same call must find itself stale.
    if (job.stepId === null && run.status === "running" && run.discovery_token === job.token) await renewDiscoveryToken(tx, run);
  }
  await releaseSlots(tx, listLimits(run.config, run.event), job);
}

async function settleFresh(tx: Transaction, context: ExecutorContext, run: Run, job: CallJob, delivery: Delivery): Promise<EngineEvent[]> {
  const requeue = async (counts: { attempt: number; refusals: number; drops: number }, delaySeconds: number): Promise<EngineEvent[]> => {
    if (job.stepId === null) await enqueueDiscovery(tx, run, { ...counts, delaySeconds });
    else await enqueuePlanned(tx, run.id, job.stepId, { ...counts, delaySeconds });
    return [];
  };
  const close = (closing: Closing): Promise<EngineEvent[]> => closeRun(tx, run, closing);
  const retry = (error: StepError, retryAfterSeconds?: number): Promise<EngineEvent[]> => {
    if (job.attempt + 1 >= countMaxAttempts(run.config)) return close({ status: "failed", error });
    const backoff = context.backoffSeconds[Math.min(job.attempt, context.backoffSeconds.length - 1)] ?? 0;
    // A little jitter, so that runs that failed together do not come back together.
    return requeue({ attempt: job.attempt + 1, refusals: 0, drops: 0 }, retryAfterSeconds ?? backoff * (1 + Math.random() / 10));
  };

  if (delivery.kind !== "answered") {
    if (delivery.kind === "aborted") return [];
    context.log.warn({ runId: run.id, reason: delivery.reason }, "the app did not answer; the request is repeated");
    const { attempt, refusals, drops } = job;
    if (delivery.kind === "refused") return requeue({ attempt, refusals: refusals + 1, drops }, Math.min(MAX_REFUSED_DELAY_SECONDS, 0.25 * 2 ** Math.min(refusals, 10)));
    if (drops < FREE_DROPS) return requeue({ attempt, refusals: 0, drops: drops + 1 }, 0.25 * 2 ** drops);
    return retry({ name: "Error", message: `The app ended the connection without an answer (${delivery.reason}).` });
  }

  const { response } = delivery;
  if (response.headers["x-inngest-sdk"] === undefined) return retry(describeForeignAnswer(response, context.app));
  const version = Number(response.headers["x-inngest-req-version"]);
  if (run.request_version === -1 && Number.isInteger(version)) run.request_version = version;
  const retryAfterSeconds = parseRetryAfterSeconds(response.headers["retry-after"]);
  if (response.status === 200) return close({ status: "completed", result: response.body });
  if (response.status !== 206) {
    const error = toStepError(response.body ?? response.text);
    return response.headers["x-inngest-no-retry"] === "true" ? close({ status: "failed", error }) : retry(error, retryAfterSeconds);
  }
  const ops = parseOps(response.body);
  if (!ops) return retry({ name: "Error", message: "The app's list of steps was not understood. Are the SDK and the engine of matching versions?" });
  try {
    const outcome = await applyOps(tx, run, ops);
    await saveCounts(tx, run);
    switch (outcome.kind) {
      case "retry":
        return await retry(outcome.error, retryAfterSeconds);
      case "complete":
        return await close({ status: "completed", result: outcome.result });
      case "refuse":
        return await close({ status: "failed", error: outcome.error });
      case "recorded":
        if (outcome.isDone) await advanceRun(tx, run, outcome.hasRaced);
        return [];
      case "nothing":
        // Known steps are still on their way. Without any, nothing would ever call this run again.
        if ((await countPending(tx, run.id)) > 0) return [];
        return await retry({ name: "Error", message: "The app neither finished the function nor reported a step." });
    }
  } catch (error) {
    if (!(error instanceof RunFailure)) throw error;
    return close({ status: "failed", error: { name: error.name, message: error.message } });
  }
}

function describeForeignAnswer(response: AppResponse, app: AppAddress): StepError {
  const hint = response.status === 401 ? "The app refused the signature: do the app and the engine have the same signing key?" : "Is the SDK served at that address?";
  return { name: "Error", message: `${app.appUrl} answered ${response.status} without being an Inngest SDK. ${hint}` };
}
