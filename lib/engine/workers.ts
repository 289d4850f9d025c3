import { setTimeout as delay } from "node:timers/promises";
import { Logger, runTaskList, type TaskList, type WorkerPool } from "graphile-worker";
import pg from "pg";
import { EngineClosedError, type Database } from "./database";
import type { EngineLog } from "./types";

const CONCURRENCY = 32;
/** New jobs are notified; only jobs of the future wait for a poll. */
const POLL_INTERVAL_MS = 500;
const PROBE_INTERVAL_MS = 1_000;
/** After a restart of PostgreSQL every executor needs a moment to take its lock again. */
const PROBES_UNTIL_DEAD = 2;
const LOCK_SPACE = 7461;
/** A request in progress at a stop is given this long; then another executor repeats it. */
const STOP_GRACE_MS = 3_000;

export function makeGraphileLogger(log: EngineLog): Logger {
  return new Logger(() => (level, message) => {
    // While PostgreSQL is away it complains twice a second; the engine itself says once that the connection was lost.
    if (level === "error" && message.startsWith("Failed task")) log.error({ component: "graphile-worker" }, message);
    else log.debug({ component: "graphile-worker" }, message);
  });
}

/**
 * Runs graphile-worker pools and takes over the jobs of dead ones. A dead worker's jobs stay locked for four hours by
 * themselves; so each process holds a session advisory lock under which its pools are recorded, and every process
 * unlocks the jobs of those whose lock nobody holds.
 */
export class Workers {
  private keeper: pg.Client | undefined;
  private lockId: number | undefined;
  private current: WorkerPool | undefined;
  private readonly closing = new AbortController();
  private readonly activeJobs = new Map<string, Promise<void>>();
  private readonly suspects = new Map<string, number>();
  private readonly tasks: TaskList;
  private loop: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
    private readonly log: EngineLog,
    tasks: Record<string, (payload: never) => Promise<void>>,
  ) {
    this.tasks = Object.fromEntries(
      Object.entries(tasks).map(([name, task]) => [
        name,
        async (payload, { job }) => {
          // After a crash of PostgreSQL a job can be handed out while it is still being worked on.
          const active = this.activeJobs.get(job.id) ?? this.work(job.id, () => task(payload as never));
          await active;
        },
      ]),
    );
  }

  private work(jobId: string, task: () => Promise<void>): Promise<void> {
    const work = task()
      .catch(async (error: unknown) => {
        // A stop while PostgreSQL is away: the job stays locked, and is taken over once it is back.
        if (error instanceof EngineClosedError) await new Promise(() => undefined);
        throw error;
      })
      .finally(() => this.activeJobs.delete(jobId));
    this.activeJobs.set(jobId, work);
    return work;
  }

  async start(): Promise<void> {
    await this.connectKeeper();
    await this.replacePool();
    this.loop = this.watch();
  }

  /** Takes the process's lock, anew after each loss of the connection. */
  private async connectKeeper(): Promise<void> {
    const client = new pg.Client({ connectionString: this.database.url, connectionTimeoutMillis: 10_000, keepAlive: true });
    client.on("error", () => this.dropKeeper(client));
    client.on("end", () => this.dropKeeper(client));
    try {
      await client.connect();
      if (this.lockId === undefined) {
        const { rows } = await client.query<{ id: number }>("insert into engine.processes (lock_id) values (nextval('engine.lock_ids')) returning lock_id as id");
        this.lockId = rows[0]!.id;
      }
      // The server may still hold the lock for a connection whose loss it has not noticed.
      await client.query("select pg_advisory_lock($1, $2)", [LOCK_SPACE, this.lockId]);
      // Another process may have declared this one dead meanwhile.
      await client.query("insert into engine.processes (lock_id) values ($1) on conflict do nothing", [this.lockId]);
      this.suspects.clear();
      this.keeper = client;
    } catch (error) {
      void client.end().catch(() => undefined);
      throw error;
    }
  }

  private dropKeeper(client: pg.Client): void {
    if (this.keeper !== client) return;
    this.keeper = undefined;
    if (!this.closing.signal.aborted) this.log.warn({}, "the database connection was lost; the engine reconnects");
  }

  private async watch(): Promise<void> {
    while (!this.closing.signal.aborted) {
      try {
        if (this.keeper) await this.unlockDead(this.keeper);
        else {
          await this.connectKeeper();
          // A job that was handed out while the connection broke is locked by the old pool without anyone working on it.
          await this.replacePool();
          this.log.info({}, "the engine is connected to the database again");
        }
      } catch (error) {
        this.log.debug({ err: error }, "the database is not reachable");
        // Starting over also records a pool whose record could not be written.
        void this.keeper?.end().catch(() => undefined);
      }
      await delay(PROBE_INTERVAL_MS, undefined, { signal: this.closing.signal }).catch(() => undefined);
    }
  }

  private async replacePool(): Promise<void> {
    const old = this.current;
    const pool = runTaskList(
      {
        pgPool: this.database.queuePool,
        logger: this.logger,
        noHandleSignals: true,
        concurrency: CONCURRENCY,
        pollInterval: POLL_INTERVAL_MS,
        // With a local queue one query serves all workers. Batches (of delay 0) turn a failed completion
        // into the end of the pool, which is replaced; unbatched it would be an unhandled rejection.
        preset: { worker: { localQueue: { size: CONCURRENCY }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      },
      this.tasks,
      this.database.queuePool,
    );
    this.current = pool;
    pool.promise.then(
      () => this.onPoolEnd(pool),
      () => this.onPoolEnd(pool),
    );
    await this.database.pool.query("insert into engine.pools (pool_id, lock_id) values ($1, $2)", [pool.id, this.lockId]);
    if (!old) return;
    if (!old._shuttingDown) Promise.resolve(old.gracefulShutdown("replaced")).catch(() => undefined);
    await this.unlockPools([old.id]);
  }

  private onPoolEnd(pool: WorkerPool): void {
    if (this.closing.signal.aborted) return;
    // A pool that ends by itself met a fatal database error; the watch loop reconnects and replaces it.
    if (this.current === pool) void this.keeper?.end().catch(() => undefined);
    else void this.forgetPool(pool.id).catch(() => undefined);
  }

  private async forgetPool(poolId: string): Promise<void> {
    await this.unlockPools([poolId]);
    await this.database.pool.query("delete from engine.pools where pool_id = $1", [poolId]);
  }

  /** Frees the jobs of pools, except those this process is still working on. */
  private async unlockPools(poolIds: string[]): Promise<void> {
    await this.database.pool.query(
      `update graphile_worker._private_jobs set locked_at = null, locked_by = null, run_at = least(run_at, now())
       where locked_by = any($1) and id <> all($2::bigint[])`,
      [poolIds, [...this.activeJobs.keys()]],
    );
  }

  private async unlockDead(keeper: pg.Client): Promise<void> {
    // A pool that took a job before it was recorded, and died in between, is in no list: hence the second part.
    const { rows } = await keeper.query<{ pool_id: string; lock_id: number | null }>(
      `select pool_id, lock_id from engine.pools where lock_id <> $2 and not exists (
         select 1 from pg_locks where locktype = 'advisory' and granted and objsubid = 2 and classid = $1 and objid = pools.lock_id
           and database = (select oid from pg_database where datname = current_database()))
       union all
       select distinct locked_by, null::integer from graphile_worker.jobs
       where locked_at < now() - interval '30 seconds' and locked_by not in (select pool_id from engine.pools)`,
      [LOCK_SPACE, this.lockId],
    );
    const seen = new Set(rows.map((row) => row.pool_id));
    for (const poolId of this.suspects.keys()) if (!seen.has(poolId)) this.suspects.delete(poolId);
    const dead = rows.filter(({ pool_id: poolId }) => {
      const count = (this.suspects.get(poolId) ?? 0) + 1;
      this.suspects.set(poolId, count);
      return count >= PROBES_UNTIL_DEAD;
    });
    if (dead.length === 0) return;
    this.log.warn({ pools: dead.map((row) => row.pool_id) }, "an executor died; its requests are repeated");
    await this.unlockPools(dead.map((row) => row.pool_id));
    await keeper.query("delete from engine.processes where lock_id = any($1)", [dead.map((row) => row.lock_id)]);
  }

  /** Stops taking jobs, waits a little for the requests in progress, and lets go of the rest. */
  async stop(abortRequests: () => void): Promise<void> {
    this.closing.abort();
    await this.loop;
    const pool = this.current;
    const stopped = Promise.resolve(pool && !pool._shuttingDown ? pool.gracefulShutdown() : undefined).catch(() => undefined);
    await Promise.race([stopped, delay(STOP_GRACE_MS)]);
    abortRequests();
    this.database.abandonWaiting();
    // Aborted requests never end their jobs, so none of them is deleted after it was unlocked here.
    this.activeJobs.clear();
    // A process that could not start has no lock, and no jobs.
    if (this.lockId === undefined) return;
    await this.database.pool
      .query("select pool_id from engine.pools where lock_id = $1", [this.lockId])
      .then(({ rows }) => this.unlockPools(rows.map((row) => row.pool_id)))
      .then(() => this.database.pool.query("delete from engine.processes where lock_id = $1", [this.lockId]))
      .catch((error: unknown) => this.log.warn({ err: error }, "the engine stopped without its database; its jobs are taken over later"));
    await this.keeper?.end().catch(() => undefined);
  }
}
