import { Client } from "pg";
import { expect, test } from "vitest";
import { createTestDatabase } from "./test-database";

test("each test database is a fresh one on a real PostgreSQL", async () => {
  const database = await createTestDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query("select count(*)::int as tables from information_schema.tables where table_schema = 'public'");
  await client.end();
  await database.drop();
  expect(rows[0]).toEqual({ tables: 0 });
});
