import type { Transaction } from "./database";
import { matches } from "./expressions";
import { listFunctions, type FunctionConfig } from "./registry";
import { closeRun, createRun, lockRun, resolveStep } from "./runs";
import type { EngineEvent } from "./types";

interface Wait {
  id: string;
  run_id: string;
  step_id: string | null;
  expression: string | null;
  run_event: EngineEvent;
}

/**
 * Lets events take effect, in the caller's transaction: start functions, end waits, cancel runs.
 * What that closes emits events of its own (`inngest/function.*`), which are handled in turn.
 */
export async function publishEvents(tx: Transaction, events: EngineEvent[]): Promise<void> {
  if (events.length === 0) return;
  const functions = await listFunctions(tx);
  const queue = [...events];
  for (let event = queue.shift(); event; event = queue.shift()) {
    for (const config of functions) {
      if (isTriggered(config, event)) await createRun(tx, config, event);
    }
    queue.push(...(await resolveWaits(tx, event)));
  }
}

function isTriggered(config: FunctionConfig, event: EngineEvent): boolean {
  return config.triggers.some(({ event: pattern, expression }) => isNamed(pattern, event.name) && matches(expression, { event }));
}

function isNamed(pattern: string | undefined, name: string): boolean {
  return pattern?.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** Whether no registered function and no waiting run has to do with one of these events. */
export async function hasUnknownName(tx: Transaction, events: EngineEvent[]): Promise<boolean> {
  const functions = await listFunctions(tx);
  const untriggered = events.map(({ name }) => name).filter((name) => !functions.some((config) => config.triggers.some(({ event }) => isNamed(event, name))));
  if (untriggered.length === 0) return false;
  const { rows } = await tx.query("select 1 from unnest($1::text[]) as name where not exists (select 1 from engine.waits where event_name = name) limit 1", [untriggered]);
  return rows.length > 0;
}

/** In an expression of a wait or a cancellation, `event` is what started the run and `async` is the event that came now. */
async function resolveWaits(tx: Transaction, event: EngineEvent): Promise<EngineEvent[]> {
  const { rows } = await tx.query<Wait>(
    `select waits.id, waits.run_id, waits.step_id, waits.expression, runs.event as run_event
     from engine.waits join engine.runs on runs.id = waits.run_id
     where waits.event_name = $1 and (waits.expires_at is null or waits.expires_at > clock_timestamp())
     order by waits.run_id, waits.id`,
    [event.name],
  );
  const followUps: EngineEvent[] = [];
  for (const wait of rows) {
    if (!matches(wait.expression, { event: wait.run_event, async: event })) continue;
    const run = await lockRun(tx, wait.run_id);
    // Only under the run's lock is it certain that no timer and no other event took this wait.
    const { rowCount } = await tx.query("delete from engine.waits where id = $1", [wait.id]);
    if (!run || rowCount === 0 || run.status !== "running") continue;
    followUps.push(...(wait.step_id === null ? await closeRun(tx, run, { status: "cancelled" }) : await resolveStep(tx, run, wait.step_id, event)));
  }
  return followUps;
}
