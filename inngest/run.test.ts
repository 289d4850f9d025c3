import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { db } from "@/lib/db/client";
import { applyMigrations } from "@/lib/db/migrate";
import { createTestDatabase } from "@/lib/db/test-database";
import { startEngine } from "@/lib/engine";
import { EVENT_KEY, findFreePort, isSynced, SIGNING_KEY } from "@/lib/engine/conformance/lab";
import { getExperiment, readEvents } from "@/lib/experiments/queries";
import { launchSchema, type Evaluation, type ExperimentView } from "@/lib/experiments/schema";
import { storeSteer } from "@/lib/experiments/steer-queries";
import { spec } from "@/lib/experiments/testing/measured";
import { createExperiment } from "@/lib/experiments/write-queries";
import { startRunnerDouble, type RunnerDouble } from "./testing/runner-double";

/** The product's own functions on the real engine and a real database; only the runner is a double. */

const timeout = 120_000;
const surelyWorse = { reason: "surely worse", decision: "drop" as const, against: "floor", items_used: 20, items_total: 90 };

let databaseUrl: string;
let drop: () => Promise<void>;
let folder: string;
let app: Server;
let appUrl: string;
let enginePort: number;
let engine: { url: string; close(): Promise<void> };
let runner: RunnerDouble;
let measure: (episode: number) => Partial<Evaluation>;

beforeAll(async () => {
  const database = await createTestDatabase();
  ({ url: databaseUrl, drop } = database);
  await applyMigrations(databaseUrl);
  folder = await mkdtemp(join(tmpdir(), "pareto-run-"));
  enginePort = await findFreePort();
  runner = await startRunnerDouble((episode) => measure(episode));
  Object.assign(process.env, {
    DATABASE_URL: databaseUrl,
    PARETO_DATA: folder,
    RUNNER_URL: runner.url,
    RUNNER_KEY: "key-of-the-test",
    INNGEST_BASE_URL: `http://127.0.0.1:${enginePort}`,
    INNGEST_EVENT_KEY: EVENT_KEY,
    INNGEST_SIGNING_KEY: SIGNING_KEY,
    INNGEST_DEV: "0",
    LOG_LEVEL: "silent",
  });
  // The client reads its addresses when it is made, so that it is loaded after they are set.
  const { serve } = await import("inngest/node");
  const [{ inngest }, { runEpisode }, { runExperiment }] = await Promise.all([import("./client"), import("./functions/run-episode"), import("./functions/run-experiment")]);
  app = createServer(serve({ client: inngest, functions: [runExperiment, runEpisode] }));
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  appUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}/api/inngest`;
}, timeout);

afterAll(async () => {
  app.closeAllConnections();
  await new Promise((resolve) => app.close(resolve));
  await runner.close();
  await db().$disconnect();
  await drop();
  await rm(folder, { recursive: true });
}, timeout);

beforeEach(async () => {
  measure = () => ({});
  runner.submitted.length = 0;
  await bringUpEngine();
}, timeout);

afterEach(() => engine.close(), timeout);

async function bringUpEngine(): Promise<void> {
  engine = await startEngine({ databaseUrl, appUrl, port: enginePort, eventKey: EVENT_KEY, signingKey: SIGNING_KEY, backoffSeconds: [0.2] });
  await until("the registration", () => isSynced(engine.url));
}

async function until(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + timeout - 10_000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await delay(50);
  }
}

async function launch(name: string): Promise<string> {
  const wanted = launchSchema.parse({ model: "pocket", benchmarks: ["pocket_science"], maxEpisodes: 3, budgetHours: 1 });
  return (await createExperiment(wanted, name, spec)).id;
}

async function begin(id: string): Promise<void> {
  const [{ inngest }, { experimentCreated }] = await Promise.all([import("./client"), import("./events")]);
  await inngest.send(experimentCreated.create({ experimentId: id }, { id: `experiment:${id}` }));
}

async function viewOf(id: string): Promise<ExperimentView> {
  const view = await getExperiment(id);
  if (!view) throw new Error("The experiment is gone.");
  return view;
}

async function untilOver(id: string): Promise<ExperimentView> {
  await until("the end", async () => (await viewOf(id)).endedAt !== null);
  return viewOf(id);
}

/** Whatever was repeated, each episode was opened, recorded and put on the front's ledger once. */
async function expectNothingTwice(id: string): Promise<void> {
  const events = await readEvents(id, 0, 1000);
  for (const type of ["episode.decided", "episode.recorded"]) {
    expect(events.filter((event) => event.type === type).map(({ data }) => data.number)).toEqual([0, 1, 2, 3]);
  }
  expect(new Set(runner.submitted.map(({ key }) => key)).size).toBe(7);
}

test("a pause outlives the engine, and the run goes on where it stood", { timeout }, async () => {
  const id = await launch("paused");
  measure = (episode) => {
    // Asked for while episode 1 is measured; that one is brought to its end.
    if (episode === 1) void storeSteer(id, { kind: "pause" }, "Ada");
    return {};
  };
  await begin(id);
  await until("the pause", async () => (await viewOf(id)).controls.idleSince !== null);
  const { episodes, controls } = await viewOf(id);
  expect(episodes.map(({ number, status }) => [number, status])).toEqual([[0, "done"], [1, "done"]]);

  await engine.close();
  await bringUpEngine();
  expect((await viewOf(id)).controls).toEqual(controls);
  const { wake } = await import("@/lib/experiments/wake");
  // A word to look again is no leave to go on.
  await wake(id);
  await until("the look", async () => (await looks(id)) > 1);
  expect((await viewOf(id)).episodes).toHaveLength(2);

  await storeSteer(id, { kind: "resume" }, "Ada");
  await wake(id);
  const view = await untilOver(id);
  expect(view).toMatchObject({ status: "done", terminationReason: "max_episodes", controls: { paused: false, idleSince: null } });
  expect(view.controls.idleSeconds).toBeGreaterThan(0);
  await expectNothingTwice(id);
});

/** How often the run has looked whether it may go on, as the engine keeps it. */
async function looks(id: string): Promise<number> {
  const found = await db().$queryRaw<{ n: number }[]>`
    select count(*)::int as n from engine.steps s join engine.runs r on r.id = s.run_id
    where r.event::text like ${`%${id}%`} and s.name like 'episode:2:pause%' and s.status = 'done'`;
  return found[0]?.n ?? 0;
}

test("a measurement that ended early is recorded as such, once, and the run goes on", { timeout }, async () => {
  const id = await launch("raced");
  measure = (episode) => (episode === 2 ? { early_stop: surelyWorse } : {});
  await begin(id);
  const view = await untilOver(id);
  expect(view.episodes.map(({ number, status, frontImproved }) => [number, status, frontImproved])).toEqual([
    [0, "done", true],
    [1, "done", true],
    [2, "done", false],
    [3, "done", true],
  ]);
  expect(view.solutions.map(({ number, partial, earlyStop, onFront }) => [number, partial, earlyStop?.items_used ?? null, onFront])).toEqual([
    [0, false, null, expect.any(Boolean)],
    [1, false, null, true],
    [2, true, 20, false],
    [3, false, null, true],
  ]);
  const races = runner.submitted.flatMap(({ key, params }) => (key.endsWith("evaluate") ? [params.race] : []));
  expect(races.map((race) => race !== null)).toEqual([false, true, true, true]);
  await expectNothingTwice(id);
});
