import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cleanUp, reviveLostCalls } from "./cleanup";
import { makeKey, startLab, type Lab } from "./conformance/lab";
import { Database } from "./database";

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let lab: Lab;
let client: Client;
let database: Database;

beforeAll(async () => {
  lab = await startLab("cleanup", ({ inngest, add, until }) => [
    inngest.createFunction({ id: "short", triggers: { event: "cleanup/short" } }, async ({ event, step }) => {
      await step.run("end", () => add(String(event.data.key), "end"));
    }),
    inngest.createFunction({ id: "held", triggers: { event: "cleanup/held" } }, async ({ event, step }) => {
      const key = String(event.data.key);
      await step.sleep("nap", "1h");
      await Promise.all([step.run("a", () => until(key, "release")), step.run("b", () => add(key, "b"))]);
      await step.run("end", () => add(key, "end"));
    }),
  ]);
  client = new Client({ connectionString: lab.databaseUrl });
  await client.connect();
  database = new Database(lab.databaseUrl, SILENT);
});

afterAll(async () => {
  await client.end();
  await database.end();
  await lab.close();
});

test("runs that finished more than 30 days ago are removed with their steps and events", async () => {
  const [old, recent] = [makeKey(), makeKey()];
  for (const key of [old, recent]) await lab.send("cleanup/short", { key }, key);
  const countFinished = async (): Promise<number> => (await client.query("select 1 from engine.runs where status = 'completed'")).rows.length;
  await lab.untilTrue("both runs", async () => (await countFinished()) === 2);
  await client.query("update engine.runs set finished_at = now() - interval '31 days' where event_id = $1", [old]);
  await client.query("update engine.events set received_at = now() - interval '31 days'");
  await database.transaction(cleanUp);
  expect((await client.query("select event_id from engine.runs")).rows).toEqual([{ event_id: recent }]);
  expect((await client.query("select id from engine.events")).rows).toEqual([{ id: recent }]);
  expect((await client.query("select count(distinct run_id)::int as runs from engine.steps")).rows).toEqual([{ runs: 1 }]);
});

test("a call whose job was lost is asked for again", async () => {
  const key = makeKey();
  await lab.send("cleanup/held", { key });
  await lab.untilTrue("the sleep", async () => (await client.query("select 1 from engine.steps where op = 'Sleep'")).rows.length === 1);
  await client.query("begin");
  // As if the nap were over and everything behind it had been taken out of the queue.
  await client.query("update engine.steps set status = 'done', position = 1, memo = 'null' where op = 'Sleep'");
  await client.query("update engine.runs set done_count = 1 where status = 'running'");
  await client.query("delete from graphile_worker._private_jobs");
  await client.query("commit");
  await database.transaction((tx) => reviveLostCalls(tx, SILENT));
  await lab.until(key, "b");
  lab.add(key, "release");
  expect(await lab.until(key, "end")).toEqual(["b", "release", "end"]);
});
