import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";

export type Json = Record<string, unknown>;

/** The lab's own database: what only a run or a language model could write is put there by a test. */
export async function openDatabase(): Promise<Client> {
  const data = process.env.PARETO_DATA ?? "data";
  const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(data, ...path), "utf8"));
  const { ports } = read("run", "supervisor.json") as { ports: { postgres: number } };
  const { postgresPassword } = read("secrets.json") as { postgresPassword: string };
  const client = new Client({ connectionString: process.env.DATABASE_URL ?? `postgresql://pareto:${postgresPassword}@127.0.0.1:${ports.postgres}/pareto` });
  await client.connect();
  return client;
}

/** A row like one that is there, with what is named instead. */
export async function copyRow(database: Client, table: string, id: string, change: Json): Promise<void> {
  await database.query(`INSERT INTO "${table}" SELECT (jsonb_populate_record(NULL::"${table}", to_jsonb(t) || $2::jsonb)).* FROM "${table}" t WHERE id = $1`, [id, JSON.stringify(change)]);
}
