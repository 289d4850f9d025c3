import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import type { EngineLog } from "./types";

export type Transaction = pg.PoolClient;

/** PostgreSQL classes 08 and 57 and these socket errors mean "the server is gone or going"; the same work succeeds later. */
const SOCKET_ERRORS = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENOTFOUND"]);
const DEADLOCK_OR_SERIALIZATION = new Set(["40001", "40P01"]);

function isConnectionError(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  if (code !== undefined && (SOCKET_ERRORS.has(code) || /^(08|57P)/.test(code))) return true;
  // node-postgres reports a connection that broke under a query, or could not be made in time, without any code.
  return /connection terminated|connection ended|timeout exceeded when trying to connect|not queryable/i.test(message ?? "");
}

/** Raised where the engine is stopped while it waits for PostgreSQL to come back. */
export class EngineClosedError extends Error {
  override name = "EngineClosedError";
}

/** A pool whose transactions outlive a restart of PostgreSQL: they are run again until they commit. */
export class Database {
  readonly pool: pg.Pool;
  /**
   * For graphile-worker. Losing its last commits in a crash of PostgreSQL only makes a job run again, which the run's
   * tokens allow for; waiting for the disk at each start and end of a job would be half of a step's overhead.
   */
  readonly queuePool: pg.Pool;
  private readonly closing = new AbortController();

  constructor(
    readonly url: string,
    private readonly log: EngineLog,
  ) {
    this.pool = this.makePool({ max: 10 });
    this.queuePool = this.makePool({ max: 5, options: "-c synchronous_commit=off" });
  }

  private makePool(options: pg.PoolConfig): pg.Pool {
    const pool = new pg.Pool({ connectionString: this.url, connectionTimeoutMillis: 10_000, ...options });
    // Without listeners, a connection that dies while idle or checked out would end the process.
    pool.on("error", (error) => this.log.debug({ err: error }, "an idle database connection was lost"));
    pool.on("connect", (client) => client.on("error", (error) => this.log.debug({ err: error }, "a database connection was lost")));
    return pool;
  }

  /**
   * Runs `work` in a transaction, again after a deadlock or while the server is away, for at most `patienceMs`.
   * A commit whose answer was lost is run a second time, so `work` must be idempotent.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>, patienceMs = Number.POSITIVE_INFINITY): Promise<T> {
    const deadline = Date.now() + patienceMs;
    for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 2_000)) {
      if (this.closing.signal.aborted) throw new EngineClosedError("The engine is stopping.");
      try {
        return await this.attempt(work);
      } catch (error) {
        const retryNow = DEADLOCK_OR_SERIALIZATION.has((error as { code?: string }).code ?? "");
        if ((!retryNow && !isConnectionError(error)) || Date.now() + waitMs > deadline) throw error;
        this.log.debug({ err: error }, "the transaction is run again");
        await delay(waitMs, undefined, { signal: this.closing.signal }).catch(() => undefined);
      }
    }
  }

  private async attempt<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let failure: Error | undefined;
    try {
      await client.query("begin");
      const result = await work(client);
      await client.query("commit");
      return result;
    } catch (error) {
      failure = error as Error;
      // A connection that cannot even roll back is thrown away below.
      await client.query("rollback").then(
        () => (failure = undefined),
        () => undefined,
      );
      throw error;
    } finally {
      client.release(failure);
    }
  }

  /** Makes waiting transactions give up; `end` then closes the connections. */
  abandonWaiting(): void {
    this.closing.abort();
  }

  async end(): Promise<void> {
    await Promise.all([this.pool.end(), this.queuePool.end()]);
  }
}

/**
 * JSON text for a `json` column. Lone surrogates (a model's output cut inside an emoji) become U+FFFD:
 * they are legal in JSON text but cannot be signed, since canonical JSON forbids them.
 */
export function toJson(value: unknown): string {
  return JSON.stringify(value ?? null).replace(/(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g, "$1\ufffd");
}
