import { z } from "zod";
import type { Transaction } from "./database";
import { resolveDeadlineMs } from "./durations";
import { checkExpression } from "./expressions";
import { enqueueWake } from "./jobs";
import { findFunction, NEEDS_SERVER } from "./registry";
import { addPendingStep, addWait, completeStep, createRun, enqueuePlanned, type Run } from "./runs";
import type { StepError } from "./types";

const opSchema = z.looseObject({
  op: z.string(),
  id: z.string().min(1).max(256).refine((id) => !id.includes("\0")),
  name: z.string().nullish(),
  displayName: z.string().nullish(),
  opts: z.record(z.string(), z.unknown()).nullish(),
  data: z.unknown().optional(),
  error: z.unknown().optional(),
});
type Op = z.infer<typeof opSchema>;

export type OpsOutcome =
  /** Something new was recorded; `isDone` asks for the next discovery, once nothing is pending or because of a race. */
  | { kind: "recorded"; isDone: boolean; hasRaced: boolean }
  /** Nothing that was not already known. */
  | { kind: "nothing" }
  | { kind: "retry"; error: StepError }
  | { kind: "complete"; result: unknown }
  /** The run asked for what this engine cannot do. */
  | { kind: "refuse"; error: StepError };

export function parseOps(body: unknown): Op[] | undefined {
  const parsed = z.array(opSchema).safeParse(Array.isArray(body) ? body : [body]);
  return parsed.success ? parsed.data : undefined;
}

/** An error as the SDK rebuilds it, whatever the app sent. */
export function toStepError(value: unknown): StepError {
  if (typeof value === "object" && value !== null) {
    const { name, message, error } = value as Record<string, unknown>;
    const text = typeof message === "string" ? message : typeof error === "string" ? error : JSON.stringify(value);
    return { ...value, name: typeof name === "string" && name ? name : "Error", message: text };
  }
  return { name: "Error", message: typeof value === "string" && value ? value : "The app reported a failure without an error." };
}

/**
 * Records what the app reported, in the caller's transaction and under the run's lock.
 * Waits come first, so that an event sent by a step of the same response finds its wait.
 */
export async function applyOps(tx: Transaction, run: Run, ops: Op[]): Promise<OpsOutcome> {
  const ordered = [...ops.filter((op) => op.op === "WaitForEvent"), ...ops.filter((op) => op.op !== "WaitForEvent")];
  let [isNew, isDone, hasRaced] = [false, false, false];
  for (const op of ordered) {
    switch (op.op) {
      case "StepError":
        return { kind: "retry", error: toStepError(op.error) };
      case "RunComplete":
        return { kind: "complete", result: op.data };
      case "DiscoveryRequest":
        [isNew, isDone] = [true, true];
        break;
      case "None":
        break;
      case "StepRun":
      case "Step":
      case "StepFailed": {
        const completed = await completeStep(tx, run, describe(op), op.op === "StepFailed" ? { error: toStepError(op.error) } : { data: op.data ?? null });
        if (completed) [isNew, isDone, hasRaced] = [true, true, hasRaced || completed.race];
        break;
      }
      case "StepPlanned":
        if (await addPendingStep(tx, run, { ...describe(op), status: "planned", race: isRace(op) })) {
          isNew = true;
          await enqueuePlanned(tx, run.id, op.id);
        }
        break;
      case "Sleep":
      case "WaitForEvent":
      case "InvokeFunction": {
        if (!(await addPendingStep(tx, run, { ...describe(op), status: "waiting", race: isRace(op) }))) break;
        isNew = true;
        const atOnce = await startWaiting(tx, run, op);
        if (!atOnce) break;
        await completeStep(tx, run, describe(op), atOnce.memo);
        [isDone, hasRaced] = [true, hasRaced || isRace(op)];
        break;
      }
      default:
        return { kind: "refuse", error: { name: "UnsupportedError", message: `The step "${op.displayName ?? op.id}" uses ${op.op}, which ${NEEDS_SERVER}.` } };
    }
  }
  return isNew ? { kind: "recorded", isDone, hasRaced } : { kind: "nothing" };
}

/** Starts a sleep, a wait or an invocation. Returns a memo where it is over already. */
async function startWaiting(tx: Transaction, run: Run, op: Op): Promise<{ memo: unknown } | undefined> {
  // SDK 4 sends a sleep's duration and a wait's event name in `name`; the options are the documented place.
  if (op.op === "Sleep") {
    const atMs = resolveDeadlineMs(readText(op.opts?.duration) ?? op.name ?? "");
    if (atMs <= Date.now()) return { memo: null };
    await enqueueWake(tx, run.id, op.id, atMs);
    return undefined;
  }
  const timeout = readText(op.opts?.timeout);
  const expiresAtMs = timeout ? resolveDeadlineMs(timeout) : undefined;
  if (op.op === "WaitForEvent") {
    const expression = readText(op.opts?.if);
    const invalid = expression ? checkExpression(expression) : undefined;
    if (invalid) return { memo: { error: { name: "Error", message: `The expression "${expression}" is not valid: ${invalid}` } } };
    await addWait(tx, run.id, op.id, readText(op.opts?.event) ?? readText(op.name) ?? "", expression, expiresAtMs);
  } else {
    const failure = await startInvocation(tx, run, op);
    if (failure) return { memo: { error: { name: "Error", message: failure } } };
  }
  if (expiresAtMs !== undefined) await enqueueWake(tx, run.id, op.id, expiresAtMs);
  return undefined;
}

async function startInvocation(tx: Transaction, run: Run, op: Op): Promise<string | undefined> {
  const functionId = readText(op.opts?.function_id) ?? "";
  const config = await findFunction(tx, functionId);
  if (!config?.active) return `could not find function with ID: ${functionId}`;
  const payload = (op.opts?.payload ?? {}) as { data?: Record<string, unknown>; v?: string; meta?: unknown };
  const { v, meta } = payload;
  const event = { id: `${run.id}:${op.id}`, name: "inngest/function.invoked", data: payload.data ?? {}, ts: Date.now(), ...(v ? { v } : {}), ...(meta ? { meta } : {}) };
  const isStarted = await createRun(tx, config.config, event, { runId: run.id, stepId: op.id });
  return isStarted ? undefined : `The function ${functionId} already ran for this idempotency key, so the invocation has no result.`;
}

function describe(op: Op): { id: string; op: string; name: string } {
  return { id: op.id, op: op.op, name: readText(op.displayName) ?? op.id };
}

function isRace(op: Op): boolean {
  return op.opts?.parallelMode === "race";
}

/** NUL is taken out: PostgreSQL's text cannot hold it. */
function readText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.replaceAll("\0", "") : undefined;
}
