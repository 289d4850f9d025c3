import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { InngestFunction } from "inngest";
import { Client } from "pg";
import { describe, expect, test } from "vitest";
import { startEngine } from "..";
import { EVENT_KEY, findFreePort, isExternal, isSynced, makeKey, SIGNING_KEY, startLab, TIMEOUT_MS, type Lab } from "./lab";

const RUNS_AT_ONCE = 6;

/** Steps, a sleep, a wait, a send and an invocation; each later step records which values of the earlier ones it sees. */
function defineChain({ inngest, add }: Lab): InngestFunction.Any[] {
  const child = inngest.createFunction({ id: "child", retries: 10, triggers: [] }, async ({ event, step }) => {
    const { key } = event.data as unknown as { key: string };
    const value = await step.run("child-work", () => {
      add(key, "exec child-work");
      return randomUUID();
    });
    return value;
  });
  const chain = inngest.createFunction({ id: "chain", retries: 10, triggers: { event: "durability/chain" } }, async ({ event, step }) => {
    const key = String(event.data.key);
    const seen: string[] = [];
    const run = async (id: string): Promise<void> => {
      const value = await step.run(id, () => {
        add(key, `exec ${id}`);
        add(key, `seen ${seen.join(" ")}`);
        return randomUUID();
      });
      seen.push(`${id}=${value}`);
    };
    await run("one");
    await run("two");
    await step.sleep("nap", "1s");
    await Promise.all([step.waitForEvent("echo", { event: "durability/echo", match: "data.key", timeout: "5m" }), step.sendEvent("send", { name: "durability/echo", data: { key } })]);
    await Promise.all([run("left"), run("right")]);
    seen.push(`child=${await step.invoke("child", { function: child, data: { key } as never })}`);
    await run("three");
    await step.run("end", () => {
      add(key, `seen ${seen.join(" ")}`);
      add(key, "end");
    });
  });
  return [child, chain];
}

/** However often steps were executed, everyone saw the same one value of each: no step was committed a second time. */
function expectOneValuePerStep(trace: string[]): void {
  const values = new Map<string, Set<string>>();
  for (const pair of trace.filter((entry) => entry.startsWith("seen ")).flatMap((entry) => entry.slice(5).split(" "))) {
    const [id, value] = pair.split("=");
    if (id && value) values.set(id, (values.get(id) ?? new Set()).add(value));
  }
  expect([...values.keys()].sort()).toEqual(["child", "left", "one", "right", "three", "two"]);
  for (const [id, seen] of values) expect([id, seen.size]).toEqual([id, 1]);
}

async function query<T extends object>(url: string, sql: string): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function expectOneRunEach(lab: Lab): Promise<void> {
  const rows = await query<{ function_id: string; status: string; runs: number }>(
    lab.databaseUrl,
    "select function_id, status, count(*)::int as runs from engine.runs group by 1, 2 order by 1",
  );
  expect(rows).toEqual(["chain", "child"].map((id) => ({ function_id: expect.stringMatching(`${id}$`) as string, status: "completed", runs: RUNS_AT_ONCE })));
}

// An external server is not this test's to kill, and its database not this test's to read.
describe.skipIf(isExternal)("only for the embedded engine, which these tests start, kill and look into", () => {
  test("31 kill -9 at every commit point: no second commit", { timeout: 180_000 }, async () => {
    const port = await findFreePort();
    const lab = await startLab("kill", defineChain, { enginePort: port });
    let child: ChildProcess | undefined;
    const start = async (): Promise<void> => {
      const flags = ["--app-url", lab.appUrl, "--port", String(port), "--event-key", EVENT_KEY, "--signing-key", SIGNING_KEY!, "--backoff", "0.2"];
      child = spawn(process.execPath, ["--import", "tsx", "scripts/engine.ts", ...flags], { env: { ...process.env, DATABASE_URL: lab.databaseUrl, LOG_LEVEL: "error" }, stdio: ["ignore", "inherit", "inherit"] });
      await lab.untilTrue("the engine", () => isSynced(lab.baseUrl).catch(() => false));
    };
    const kill = async (): Promise<void> => {
      lab.onRequest = () => undefined;
      child!.kill("SIGKILL");
      if (child!.exitCode === null && child!.signalCode === null) await once(child!, "exit");
    };
    try {
      await start();
      const keys = Array.from({ length: RUNS_AT_ONCE }, makeKey);
      // The SDK gives up on an event after some tries; like any sender that must not lose one, this one goes on with the same id.
      const sendUntilAccepted = async (key: string): Promise<void> => {
        while (!(await lab.send("durability/chain", { key }, key).then(() => true, () => false))) await delay(100);
      };
      const sends = Promise.all(keys.map(sendUntilAccepted));
      // A response is committed within some milliseconds of being handed over; a request follows a commit at once.
      const moments: ["arrived" | "answered", number][] = [["arrived", 0], ["answered", 0], ["answered", 2], ["answered", 5], ["answered", 9], ["arrived", 3], ["answered", 15]];
      for (const [index, [moment, afterMs]] of moments.entries()) {
        const isOver = (): boolean => keys.every((key) => lab.trace(key).includes("end"));
        let countdown = 1 + index;
        const struck = new Promise<void>((resolve) => {
          lab.onRequest = (seen) => {
            if (seen === moment && --countdown === 0) setTimeout(resolve, afterMs);
          };
        });
        await Promise.race([struck, lab.untilTrue("the end", isOver)]);
        if (isOver()) break;
        await kill();
        await start();
      }
      await sends;
      for (const key of keys) expectOneValuePerStep(await lab.until(key, "end"));
      await lab.untilTrue("the end of every run", async () => (await query(lab.databaseUrl, "select 1 from engine.runs where status = 'running'")).length === 0);
      await expectOneRunEach(lab);
    } finally {
      await kill();
      await lab.close();
    }
  });

  test("32 the app goes away before and during steps: retried, never lost", { timeout: TIMEOUT_MS }, async () => {
    const lab = await startLab("away", ({ inngest, add, until }) => [
      inngest.createFunction({ id: "fragile", retries: 0, triggers: { event: "durability/fragile" } }, async ({ event, step }) => {
        const key = String(event.data.key);
        await step.run("one", async () => {
          add(key, "one");
          await until(key, "release");
        });
        await step.run("end", () => add(key, "end"));
      }),
    ]);
    try {
      const key = makeKey();
      await lab.stopApp();
      await lab.send("durability/fragile", { key });
      await delay(1_000);
      expect(lab.trace(key)).toEqual([]);
      await lab.startApp();
      await lab.until(key, "one");
      await lab.stopApp();
      lab.add(key, "release");
      await delay(500);
      await lab.startApp();
      expect(await lab.until(key, "end")).toEqual(["one", "release", "one", "end"]);
    } finally {
      await lab.close();
    }
  });

  test("34 two executors on one database", { timeout: TIMEOUT_MS }, async () => {
    const lab = await startLab("pair", defineChain);
    const second = await startEngine({ databaseUrl: lab.databaseUrl, appUrl: lab.appUrl, port: 0, eventKey: EVENT_KEY, signingKey: SIGNING_KEY, backoffSeconds: [0.2] });
    try {
      const keys = Array.from({ length: RUNS_AT_ONCE }, makeKey);
      const post = (url: string, key: string): Promise<Response> =>
        fetch(`${url}/e/${EVENT_KEY}`, { method: "POST", body: JSON.stringify({ id: `pair-${key}`, name: "durability/chain", data: { key } }) });
      // Both get every event: the id decides.
      await Promise.all(keys.flatMap((key) => [post(lab.baseUrl, key), post(second.url, key)]));
      for (const key of keys) {
        const trace = await lab.until(key, "end");
        expectOneValuePerStep(trace);
        expect(trace.filter((entry) => entry.startsWith("exec ")).sort()).toEqual(["exec child-work", "exec left", "exec one", "exec right", "exec three", "exec two"]);
      }
      await lab.untilTrue("the end of every run", async () => (await query(lab.databaseUrl, "select 1 from engine.runs where status = 'running'")).length === 0);
      await expectOneRunEach(lab);
    } finally {
      await second.close();
      await lab.close();
    }
  });

  test("an executor that is stopped hands a request in progress to the next one", { timeout: TIMEOUT_MS }, async () => {
    const port = await findFreePort();
    const lab = await startLab("stop", ({ inngest, add, until }) => [
      inngest.createFunction({ id: "long", retries: 0, triggers: { event: "durability/long" } }, async ({ event, step }) => {
        const key = String(event.data.key);
        await step.run("one", async () => {
          add(key, "one");
          await until(key, "release");
        });
        await step.run("end", () => add(key, "end"));
      }),
    ], { enginePort: port });
    const start = () => startEngine({ databaseUrl: lab.databaseUrl, appUrl: lab.appUrl, port, eventKey: EVENT_KEY, signingKey: SIGNING_KEY, backoffSeconds: [0.2] });
    const first = await start();
    try {
      const key = makeKey();
      await lab.send("durability/long", { key });
      await lab.until(key, "one");
      await first.close();
      const second = await start();
      await lab.untilTrue("the second request", () => lab.trace(key).length === 2);
      lab.add(key, "release");
      expect(await lab.until(key, "end")).toEqual(["one", "one", "release", "end"]);
      await second.close();
    } finally {
      await lab.close();
    }
  });

  test("the database cuts every connection: the engine reconnects and loses nothing", { timeout: TIMEOUT_MS }, async () => {
    const lab = await startLab("cut", defineChain);
    try {
      const keys = Array.from({ length: RUNS_AT_ONCE }, makeKey);
      await Promise.all(keys.map((key) => lab.send("durability/chain", { key })));
      for (let cut = 0; cut < 5; cut++) {
        await delay(300);
        await query(lab.databaseUrl, "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
      }
      for (const key of keys) expectOneValuePerStep(await lab.until(key, "end"));
      await lab.untilTrue("the end of every run", async () => (await query(lab.databaseUrl, "select 1 from engine.runs where status = 'running'")).length === 0);
      await expectOneRunEach(lab);
    } finally {
      await lab.close();
    }
  });
});
