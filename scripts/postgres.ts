import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { startEmbeddedPostgres, type EmbeddedServer } from "@/lib/db/embedded";
import { databaseName } from "./lib/components";
import { commandLine, isAlive, waitUntil } from "./lib/processes";

/** The embedded PostgreSQL as a process of its own, so that it can be killed and started again like any other component. */

const folder = required("POSTGRES_FOLDER");
const port = Number(required("POSTGRES_PORT"));
const password = required("POSTGRES_PASSWORD");
const cluster = join(folder, "cluster");

await endLeftover();
const server = await startEmbeddedPostgres({ folder, port, password, onLog: (line) => console.log(line) }).catch((error: unknown): never => {
  console.error(`PostgreSQL did not start: ${error instanceof Error ? error.message : "see the lines above"}`);
  process.exit(1);
});
await createDatabase(server);

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop());

const postmaster = readPostmaster();
const watch = setInterval(() => {
  if (stopping || (postmaster !== null && isAlive(postmaster))) return;
  console.error("PostgreSQL has ended unexpectedly.");
  process.exit(1);
}, 300);

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  clearInterval(watch);
  await server.stop();
  process.exit(0);
}

/** A killed parent leaves its server running; two servers over one folder are impossible, so the old one is ended first. */
async function endLeftover(): Promise<void> {
  const pid = readPostmaster();
  if (pid === null || !commandLine(pid).includes(cluster)) return;
  process.kill(pid, "SIGINT");
  if (await waitUntil(() => !isAlive(pid), 10_000)) return;
  process.kill(pid, "SIGKILL");
  await waitUntil(() => !isAlive(pid), 5_000);
}

function readPostmaster(): number | null {
  try {
    return Number.parseInt(readFileSync(join(cluster, "postmaster.pid"), "utf8"), 10) || null;
  } catch {
    return null;
  }
}

async function createDatabase(running: EmbeddedServer): Promise<void> {
  const client = new Client({ connectionString: running.url("postgres") });
  await client.connect();
  try {
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [databaseName]);
    if (rowCount === 0) await client.query(`create database ${databaseName}`);
  } finally {
    await client.end();
  }
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: the supervisor starts this script.`);
  return value;
}
