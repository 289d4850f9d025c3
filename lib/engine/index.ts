import { startCleanup } from "./cleanup";
import { Database } from "./database";
import { runCall, runWake, type ExecutorContext } from "./executor";
import { CALL_TASK, WAKE_TASK } from "./jobs";
import { migrate } from "./migrations";
import { startServer, type EngineServer } from "./server";
import { Sync } from "./sync";
import { makeAgent } from "./transport";
import type { EngineLog, EngineOptions } from "./types";
import { makeGraphileLogger, Workers } from "./workers";

export type { EngineLog, EngineOptions } from "./types";

/** The real server's waits before the second, third, … attempt. */
const DEFAULT_BACKOFF_SECONDS = [15, 30, 60, 120, 300, 600];
/** PostgreSQL may be starting at the same time. */
const START_PATIENCE_MS = 30_000;

const SILENT: EngineLog = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Starts an executor of the Inngest protocol over graphile-worker. It keeps everything in PostgreSQL, so it can be
 * killed at any moment and started again, and several can share one database.
 */
export async function startEngine(options: EngineOptions): Promise<{ url: string; close(): Promise<void> }> {
  if (!options.dev && !options.signingKey) throw new Error("The engine needs a signing key, the same as the app's. For unsigned development only, set dev.");
  const log = options.log ?? SILENT;
  const graphileLogger = makeGraphileLogger(log);
  const database = new Database(options.databaseUrl, log);
  const agent = makeAgent();
  const app = { appUrl: options.appUrl, signingKey: options.dev ? undefined : options.signingKey };
  const sync = new Sync(database, agent, app, log);
  const aborting = new AbortController();
  const context: ExecutorContext = {
    database,
    agent,
    app,
    log,
    backoffSeconds: options.backoffSeconds ?? DEFAULT_BACKOFF_SECONDS,
    signal: aborting.signal,
    onUnreachable: () => sync.requestSoon(),
  };
  const workers = new Workers(database, graphileLogger, log, {
    [CALL_TASK]: (job) => runCall(context, job),
    [WAKE_TASK]: (wake) => runWake(context, wake),
  });
  const cleanup = startCleanup(database, log);
  let server: EngineServer | undefined;
  const close = async (): Promise<void> => {
    cleanup.stop();
    server?.stopAccepting();
    await sync.stop();
    await workers.stop(() => aborting.abort());
    server?.closeConnections();
    await agent.destroy();
    await database.end();
  };
  try {
    await migrate(database, graphileLogger, START_PATIENCE_MS);
    await workers.start();
    server = await startServer({ database, sync, log, eventKey: options.eventKey, signingKey: app.signingKey }, options.host ?? "127.0.0.1", options.port);
    sync.start();
    return { url: server.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}
