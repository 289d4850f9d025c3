import { readFile, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { MigrationList } from "@prisma/schema-engine-wasm";
import { Client } from "pg";
import { withSchemaEngine } from "./schema-engine";

const root = resolve(import.meta.dirname, "../..");
const migrationsFolder = join(root, "prisma/migrations");
const schemaFile = join(root, "prisma/schema.prisma");
const filters = { externalTables: [], externalEnums: [] };

/** One lock for all starts on a database; the engine's own is taken per command, so the recovery below needs a wider one. */
const lockKey = 7_268_738_601;

/** Applies the committed migrations that are missing, and returns their names. Records them as `prisma migrate deploy` does. */
export async function applyMigrations(databaseUrl: string): Promise<string[]> {
  const migrationsList = await readMigrations();
  return withLock(databaseUrl, async (client) => {
    const interrupted = await interruptedMigrations(client);
    return withSchemaEngine(databaseUrl, null, async (engine) => {
      for (const migrationName of interrupted) await engine.markMigrationRolledBack({ migrationName });
      const applied: string[] = [];
      for (;;) {
        try {
          const output = await engine.applyMigrations({ migrationsList, filters });
          return [...applied, ...output.appliedMigrationNames];
        } catch (error) {
          const finished = interrupted.shift();
          if (!finished || !isDuplicateObject(error)) throw error;
          // A script runs whole or not at all: what exists already was created before the kill, only its record is missing.
          await engine.markMigrationApplied({ migrationName: finished, migrationsList });
          applied.push(finished);
        }
      }
    });
  });
}

/** The SQL that the migrations lack to arrive at schema.prisma; empty when they agree. The server must allow new databases. */
export async function diffMigrations(databaseUrl: string): Promise<string> {
  const content = await readFile(schemaFile, "utf8");
  const migrations = await readMigrations();
  const { exitCode, stdout } = await withSchemaEngine(databaseUrl, { path: schemaFile, content }, (engine) =>
    engine.diff({
      from: { tag: "migrations", ...migrations },
      to: { tag: "schemaDatamodel", files: [{ path: schemaFile, content }] },
      script: true,
      exitCode: true,
      filters,
    }),
  );
  return exitCode === 0 ? "" : (stdout ?? "");
}

async function readMigrations(): Promise<MigrationList> {
  const entries = await readdir(migrationsFolder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const migrationDirectories = await Promise.all(
    names.sort().map(async (name) => {
      const value = await readFile(join(migrationsFolder, name, "migration.sql"), "utf8");
      return { path: name, migrationFile: { path: "migration.sql", content: { tag: "ok" as const, value } } };
    }),
  );
  const content = await readFile(join(migrationsFolder, "migration_lock.toml"), "utf8").catch(() => null);
  return { baseDir: migrationsFolder, lockfile: { path: "migration_lock.toml", content }, shadowDbInitScript: "", migrationDirectories };
}

/** Started, neither finished nor failed: the process was killed in between. A failed one has a log and stays for a person to decide. */
async function interruptedMigrations(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ table: string | null }>(`select to_regclass('_prisma_migrations') as "table"`);
  if (!rows[0]?.table) return [];
  const found = await client.query<{ migration_name: string }>(
    "select migration_name from _prisma_migrations where finished_at is null and rolled_back_at is null and logs is null order by migration_name",
  );
  return found.rows.map((row) => row.migration_name);
}

function isDuplicateObject(error: unknown): boolean {
  return /\b(42P07|42701|42710|42P06)\b|already exists/.test(error instanceof Error ? error.message : String(error));
}

async function withLock<T>(databaseUrl: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [lockKey]);
    return await work(client);
  } finally {
    // Ending the session releases the lock, also when the work failed.
    await client.end();
  }
}
