import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { db } from "@/lib/db/client";
import { applyMigrations } from "@/lib/db/migrate";
import { createTestDatabase } from "@/lib/db/test-database";
import { logQuerySchema } from "./log-schema";
import { readLog } from "./logs";
import { getEpisodeDetails, getSolutionDetails, readArtifacts } from "./page-queries";
import { getExperimentHead } from "./queries";
import { launchSchema } from "./schema";
import { anError, artifact, decision, evaluation, spec } from "./testing/measured";
import { createExperiment, openEpisode, recordFailure, recordSolution, startEvaluation } from "./write-queries";

let drop: () => Promise<void>;
let runner: Server;
let id: string;
const asked: string[] = [];
const page = { lines: [{ at: "2026-11-21T10:00:00Z", level: "info", stage: "load", message: "load took 1 s" }], next: 77, more: false, ended: true, kept: true };

beforeAll(async () => {
  // The runner's own replies: it has the job of episode 0 and none other.
  runner = createServer((request, reply) => {
    asked.push(request.url ?? "");
    const known = (request.url ?? "").includes("%3A0%3Aevaluate");
    const body = known ? page : { error: { code: "job_not_found", message: "There is no job.", remedy: "", retryable: false, details: {} }, request_id: "r" };
    reply.writeHead(known ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  const database = await createTestDatabase();
  Object.assign(process.env, { DATABASE_URL: database.url, RUNNER_KEY: "key-of-the-test", RUNNER_URL: `http://127.0.0.1:${(runner.address() as AddressInfo).port}` });
  await applyMigrations(database.url);
  drop = database.drop;
  const launch = launchSchema.parse({ model: "pocket", benchmarks: ["b"], maxEpisodes: 4, budgetHours: 1 });
  ({ id } = await createExperiment(launch, "pocket_logs", spec));
  const gptq = { method: "gptq", params: { bits: 4 } };
  for (const [number, steps] of [[], [gptq], [gptq, { method: "magnitude", params: {} }], [{ method: "rtn", params: {} }], [{ method: "awq", params: {} }]].entries()) {
    const made = decision(number === 0 ? "Uncompressed" : `Recipe ${number}`, steps);
    await openEpisode(id, { number, decision: made, recipe: made.recipe!, recipeHash: String(number), startedAt: new Date(), decideSeconds: 0 });
    if (number === 4) continue;
    if (number > 0) await startEvaluation(id, number, { ...artifact, hash: `hash-${number}` }, 1);
    if (number === 3) await recordFailure(id, number, anError, "failed");
    // The first recipe costs more than what comes after it, so it is not on the front.
    else await recordSolution(id, number, { evaluation: evaluation(0.8 - number / 100, [1, 0.9, 0.5][number] as number), items: {}, artifactHash: number ? `hash-${number}` : null, evaluateSeconds: 1 });
  }
}, 60_000);

afterAll(async () => {
  runner.close();
  await db().$disconnect();
  await drop();
});

const read = async (query: object) => readLog((await getExperimentHead(id))!, logQuerySchema.parse(query));

test("an episode's log is the runner's, from where a reader stopped", async () => {
  expect(await read({ episode: "0", phase: "evaluate", after: "12" })).toEqual(page);
  expect(asked.at(-1)).toBe(`/jobs/by-key/${encodeURIComponent(`${id}:0:evaluate`)}/log?after=12`);
  expect(logQuerySchema.safeParse({ episode: "0" }).success).toBe(false);
});

test("where there was no job there is nothing to wait for, unless the episode is still open", async () => {
  expect(await read({ episode: 3, phase: "evaluate" })).toEqual({ lines: [], next: 0, more: false, ended: true, kept: true });
  expect((await read({ episode: 4, phase: "compress" })).ended).toBe(false);
});

test("without an episode it is what the lab did, each event in words", async () => {
  const all = await read({});
  expect(all).toMatchObject({ more: false, ended: false, kept: true });
  const messages = all.lines.map(({ message }) => message);
  expect(messages).toContain("Episode 1: Recipe 1, decided by search");
  expect(all.lines.find(({ level }) => level === "error")?.message).toBe("Episode 3 failed: out_of_memory: Not enough memory.");
  expect(messages.every((message) => message.length > 0 && !/undefined|null/.test(message))).toBe(true);
  expect((await read({ after: all.next - 1 })).lines).toEqual(all.lines.slice(-1));
});

test("a solution comes with what tells its worth: the baseline, the front, and what has a part of its recipe", async () => {
  const found = await getSolutionDetails(id, 2);
  expect(found?.related.map(({ number, onFront }) => [number, onFront])).toEqual([[0, true], [1, true], [2, true]]);
  await db().solution.updateMany({ where: { experimentId: id }, data: { onFront: false } });
  expect((await getSolutionDetails(id, 1))?.related.map(({ number }) => number)).toEqual([0, 1]);
  expect((await getSolutionDetails(id, 2))?.related.map(({ number }) => number)).toEqual([0, 1, 2]);
  expect(found?.measured.seed).toBe(0);
  expect(await getSolutionDetails(id, 3)).toBeNull();
});

test("an episode comes with its solution, the baseline and the hypervolume before it", async () => {
  const found = await getEpisodeDetails(id, 2);
  expect(found?.solutions.map(({ number }) => number)).toEqual([0, 2]);
  expect(found?.last).toBe(4);
  expect(found?.hypervolumeBefore).toBeGreaterThan(0);
  expect((await getEpisodeDetails(id, 0))?.hypervolumeBefore).toBeNull();
  expect(await getEpisodeDetails(id, 9)).toBeNull();
});

test("artifacts are listed with the episodes that made them, failed ones too", async () => {
  expect((await readArtifacts(id)).map(({ episode, hash, bytes }) => [episode, hash, bytes])).toEqual([[1, "hash-1", 10], [2, "hash-2", 10], [3, "hash-3", 10]]);
});
