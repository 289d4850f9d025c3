import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { applyMigrations, diffMigrations } from "./migrate";
import { withSchemaEngine } from "./schema-engine";
import { createTestDatabase } from "./test-database";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let client: Client;

beforeEach(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});

afterEach(async () => {
  await client.end();
  await database.drop();
});

async function tables(): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>("select table_name as name from information_schema.tables where table_schema = 'public'");
  return rows.map((row) => row.name);
}

test("schema.prisma and the committed migrations agree", async () => {
  expect(await diffMigrations(database.url)).toBe("");
});

test("migrations are applied once, also when several starts race", async () => {
  const applied = await Promise.all([applyMigrations(database.url), applyMigrations(database.url), applyMigrations(database.url)]);
  expect(applied.flat().filter((name) => name === "20261121000000_init")).toHaveLength(1);
  expect(await tables()).toEqual(expect.arrayContaining(["Experiment", "Episode", "Solution", "Event", "_prisma_migrations"]));
  expect(await applyMigrations(database.url)).toEqual([]);
});

test("a migration killed before its script ran is run by the next start", async () => {
  await applyMigrations(database.url);
  for (const table of await tables()) if (table !== "_prisma_migrations") await client.query(`drop table "${table}" cascade`);
  await client.query("delete from _prisma_migrations where migration_name <> '20261121000000_init'");
  await client.query("update _prisma_migrations set finished_at = null, applied_steps_count = 0");
  expect(await applyMigrations(database.url)).toContain("20261121000000_init");
  expect(await tables()).toContain("Experiment");
});

test("a migration killed between its script and its record is recorded by the next start", async () => {
  await applyMigrations(database.url);
  const { rows } = await client.query<{ name: string }>("select max(migration_name) as name from _prisma_migrations");
  await client.query("update _prisma_migrations set finished_at = null, applied_steps_count = 0 where migration_name = $1", [rows[0]?.name]);
  expect(await applyMigrations(database.url)).toEqual([rows[0]?.name]);
  expect(await applyMigrations(database.url)).toEqual([]);
});

test("a script is run whole or not at all", async () => {
  const list = {
    baseDir: "/migrations",
    lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"' },
    shadowDbInitScript: "",
    migrationDirectories: [
      { path: "1_bad", migrationFile: { path: "migration.sql", content: { tag: "ok" as const, value: "create table kept (a int); select missing_column;" } } },
    ],
  };
  const failed = withSchemaEngine(database.url, null, (engine) =>
    engine.applyMigrations({ migrationsList: list, filters: { externalTables: [], externalEnums: [] } }),
  );
  await expect(failed).rejects.toThrow(/missing_column/);
  expect(await tables()).not.toContain("kept");
});
