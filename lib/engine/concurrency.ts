import type { Transaction } from "./database";
import { evaluateKey } from "./expressions";
import { enqueueCall } from "./jobs";
import { listConcurrency, type FunctionConfig } from "./registry";
import type { CallJob, EngineEvent } from "./types";

/**
 * Concurrency limits the requests in progress, not the runs: a run that sleeps or waits holds no slot.
 * A slot belongs to a call (run and step), not to a process, so the executor that takes over a dead one's call keeps its slot.
 */
export interface Limit {
  key: string;
  limit: number;
}

export function listLimits(config: FunctionConfig, event: EngineEvent): Limit[] {
  const limits = listConcurrency(config).map(({ limit, key }, index) => ({
    key: `${config.id}:${index}:${key ? (evaluateKey(key, { event }) ?? "") : ""}`,
    limit,
  }));
  // Always in the same order, or two transactions that need the same two locks could wait for each other.
  return limits.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Takes every slot the call needs or none; without, the call is parked until a slot is released. */
export async function acquireSlots(tx: Transaction, limits: Limit[], job: CallJob): Promise<boolean> {
  if (limits.length === 0) return true;
  await lockKeys(tx, limits);
  for (const { key, limit } of limits) {
    const { rows } = await tx.query<{ others: number }>(
      "select count(*)::int as others from engine.slots where key = $1 and not (run_id = $2 and call = $3)",
      [key, job.runId, nameCall(job)],
    );
    if (rows[0]!.others < limit) continue;
    await park(tx, key, job);
    // This call may have been woken for a slot of another key, which must not stay idle.
    await wakeParked(tx, limits.filter((other) => other.key !== key));
    return false;
  }
  await tx.query("insert into engine.slots (key, run_id, call) select unnest($1::text[]), $2, $3 on conflict do nothing", [
    limits.map(({ key }) => key),
    job.runId,
    nameCall(job),
  ]);
  return true;
}

export async function releaseSlots(tx: Transaction, limits: Limit[], job: CallJob): Promise<void> {
  if (limits.length === 0) return;
  await lockKeys(tx, limits);
  await tx.query("delete from engine.slots where run_id = $1 and call = $2", [job.runId, nameCall(job)]);
  await wakeParked(tx, limits);
}

/** With the token, or a stale call that lets go of its slot would take that of the call that replaced it. */
function nameCall(job: CallJob): string {
  return `${job.stepId ?? ""}#${job.token}`;
}

async function park(tx: Transaction, key: string, job: CallJob): Promise<void> {
  // A call that is parked again keeps its place, or a stream of new ones could overtake it for ever.
  const { rows } = await tx.query<{ place: string }>("select coalesce($1::bigint, nextval('engine.places')) as place", [job.place]);
  const place = rows[0]!.place;
  await tx.query("insert into engine.parked (place, key, job, call) values ($1, $2, $3, $4) on conflict do nothing", [
    place,
    key,
    JSON.stringify({ ...job, place }),
    `${job.runId}#${nameCall(job)}`,
  ]);
}

async function wakeParked(tx: Transaction, limits: Limit[]): Promise<void> {
  for (const { key, limit } of limits) {
    const { rows } = await tx.query<{ job: CallJob }>(
      `delete from engine.parked where place in (
         select place from engine.parked where key = $1 order by place
         limit greatest(0, $2 - (select count(*) from engine.slots where key = $1))
       ) returning job`,
      [key, limit],
    );
    for (const { job } of rows) await enqueueCall(tx, job);
  }
}

async function lockKeys(tx: Transaction, limits: Limit[]): Promise<void> {
  for (const { key } of limits) await tx.query("select pg_advisory_xact_lock(hashtextextended($1, 7461))", [key]);
}
