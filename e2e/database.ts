import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";

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
