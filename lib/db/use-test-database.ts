import { afterAll, beforeAll } from "vitest";
import { db } from "./client";
import { applyMigrations } from "./migrate";
import { createTestDatabase } from "./test-database";

/** Gives a file of tests a migrated database of its own, named in the environment; its own hooks come after this call. */
export function useTestDatabase(environment: Record<string, string> = {}): void {
  let drop: () => Promise<void>;
  beforeAll(async () => {
    const database = await createTestDatabase();
    Object.assign(process.env, { DATABASE_URL: database.url, RUNNER_KEY: "key-of-the-test", ...environment });
    await applyMigrations(database.url);
    drop = database.drop;
  }, 60_000);
  afterAll(async () => {
    await db().$disconnect();
    await drop();
  });
}
