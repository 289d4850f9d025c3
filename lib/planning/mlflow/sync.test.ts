import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashOfRecipe } from "@/lib/coordinator/recipes";
import { db } from "@/lib/db/client";
import { useTestDatabase } from "@/lib/db/use-test-database";
import { artifactRecordSchema, evaluationSchema, launchSchema, type DecisionRecord } from "@/lib/experiments/schema";
import { testView } from "@/lib/experiments/testing/views";
import { createExperiment, markStarted, openEpisode, recordSolution, startEvaluation } from "@/lib/experiments/write-queries";
import { checkTracking } from "./check";
import { Mlflow } from "./client";
import { trackingState } from "./queries";
import { bestConfig, logExperiment, queryRuns, syncTracking, trackingStatus } from "./sync";
import { startMlflowServer, type MlflowServer } from "./testing/server";

let server: MlflowServer | null;
let id: string;

useTestDatabase();

beforeAll(async () => {
  server = await startMlflowServer();
  id = await measuredExperiment("first");
}, 600_000);

afterAll(async () => {
  Reflect.deleteProperty(process.env, "MLFLOW_TRACKING_URI");
  await server?.stop();
});

/** An experiment with its baseline and one compressed solution, stored as a run stores it. */
async function measuredExperiment(name: string): Promise<string> {
  const view = testView();
  const launch = launchSchema.parse({ model: "pocket", benchmarks: view.benchmarks, maxEpisodes: 3, budgetHours: 1 });
  const made = await createExperiment(launch, name, view.spec);
  await markStarted(made.id);
  for (const number of [0, 1]) {
    const decision = view.episodes[number]?.decision as DecisionRecord;
    const recipe = decision.recipe as NonNullable<DecisionRecord["recipe"]>;
    await openEpisode(made.id, { number, decision, recipe, recipeHash: hashOfRecipe(recipe), startedAt: new Date(), decideSeconds: 0 });
    const artifact = artifactRecordSchema.parse({ hash: "hash-1", size_bytes: 6_000_000, format: "safetensors" });
    if (number > 0) await startEvaluation(made.id, number, artifact, 1);
    const figures = view.solutions[number]?.figures;
    const evaluation = evaluationSchema.parse({ ...figures, runtime: "transformers", perplexity: null, benchmarks: [], accuracy_delta: null, reference: null, device: "CPU", seed: 0, versions: {}, labels: [], seconds: {} });
    await recordSolution(made.id, number, { evaluation, items: {}, artifactHash: number > 0 ? artifact.hash : null, evaluateSeconds: 1 });
  }
  return made.id;
}

function use(url: string): Mlflow {
  process.env.MLFLOW_TRACKING_URI = url;
  return new Mlflow({ url, headers: {} });
}

test("an experiment and its episodes are on the server, and logging them again changes nothing", async ({ skip }) => {
  if (!server) skip("MLflow's packages cannot be downloaded here.");
  const mlflow = use(server?.url ?? "");
  await syncTracking();
  const ids = await mlflow.experimentIds("pareto-lab/first");
  expect(ids).toHaveLength(1);
  const runs = await mlflow.runs(ids, { orderBy: ["attributes.start_time ASC"] });
  expect(runs.map(({ name, status }) => [name, status])).toEqual([
    ["000 Uncompressed", "FINISHED"],
    ["001 INT8", "FINISHED"],
  ]);
  const int8 = runs[1];
  expect(int8?.params).toMatchObject({ model: "pocket", step_1: "int8", runtime: "transformers", decided_by: "search", artifact: expect.stringContaining("/artifacts/hash-1/") as string });
  expect(int8?.metrics).toMatchObject({ accuracy: 0.74, model_size_gb: 0.006, model_size_gb_low: expect.closeTo(0.00588, 6) as number });
  expect(int8?.tags).toMatchObject({ "pareto.experiment_id": id, "pareto.episode": "1", "pareto.on_front": "true" });
  expect(await trackingState()).toEqual({ synced: 1, waiting: 0, error: null });

  expect(await logExperiment(id)).toEqual({ experiment: "pareto-lab/first", runs: 2, url: `${server?.url}/#/experiments/${ids[0]}` });
  expect(await trackingStatus(id)).toEqual({ missing: null, logged: true });
  expect((await mlflow.runs(ids)).map((run) => run.id).toSorted()).toEqual(runs.map((run) => run.id).toSorted());
});

test("a run whose sending was cut short is completed, not doubled", async ({ skip }) => {
  if (!server) skip("MLflow's packages cannot be downloaded here.");
  const mlflow = use(server?.url ?? "");
  const second = await measuredExperiment("second");
  const experiment = await mlflow.experiment("pareto-lab/second", {});
  await mlflow.createRun(experiment, "001 INT8", 1, { "pareto.experiment_id": second, "pareto.episode": "1" });
  await logExperiment(second);
  const runs = await mlflow.runs([experiment]);
  expect(runs).toHaveLength(2);
  expect(runs.every(({ status, metrics }) => status === "FINISHED" && metrics.accuracy === 0.74)).toBe(true);
});

test("of two who ask at once, one sends and the other is told so", async ({ skip }) => {
  if (!server) skip("MLflow's packages cannot be downloaded here.");
  const mlflow = use(server?.url ?? "");
  const running = await measuredExperiment("twice");
  const outcomes = await Promise.allSettled([logExperiment(running), logExperiment(running)]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "conflict" } });
  expect(await mlflow.runs(await mlflow.experimentIds("pareto-lab/twice"))).toHaveLength(2);
  expect(await checkTracking()).toMatchObject({ state: "ok" });
});

test("without a server, or with one that cannot be used, the reason and the remedy are said", async () => {
  Reflect.deleteProperty(process.env, "MLFLOW_TRACKING_URI");
  await expect(logExperiment(id)).rejects.toMatchObject({ code: "invalid_input", remedy: expect.stringContaining("MLFLOW_TRACKING_URI") as string });
  expect((await trackingStatus(id)).missing?.reason).toBe("No MLflow server is set.");
  expect(await checkTracking()).toMatchObject({ state: "off" });
  use("file:///somewhere");
  expect((await trackingStatus(id)).missing?.reason).toContain("http");
  use("http://127.0.0.1:9");
  expect(await checkTracking()).toMatchObject({ state: "bad", detail: expect.stringContaining("does not answer") as string });
  await expect(logExperiment(id)).rejects.toMatchObject({ code: "upstream" });
});

test("what was logged is asked for, by its team alone", async ({ skip }) => {
  if (!server) skip("MLflow's packages cannot be downloaded here.");
  use(server?.url ?? "");
  expect((await queryRuns("lab", { filter: "metrics.model_size_gb < 0.007" })).map(({ name }) => name)).toEqual(["001 INT8", "001 INT8", "001 INT8"]);
  expect(await queryRuns("others", {})).toEqual([]);
  const best = await bestConfig("lab", { model: "pocket", metric: "model_size_gb", highest: false });
  expect(JSON.parse(best?.params.recipe ?? "{}")).toMatchObject({ steps: [{ method: "int8" }] });
  expect(await bestConfig("lab", { model: "another", metric: "accuracy", highest: true })).toBeNull();
});

test("a server that refuses stops nothing: the reason is kept, and it is tried again later", async () => {
  const refusing: Server = createServer((_request, response) => response.writeHead(503).end("{}"));
  await new Promise<void>((resolve) => refusing.listen(0, "127.0.0.1", resolve));
  use(`http://127.0.0.1:${(refusing.address() as AddressInfo).port}`);
  const third = await measuredExperiment("third");
  await syncTracking();
  expect((await trackingState()).error).toContain("answered 503");
  refusing.close();
  if (!server) return;
  use(server.url);
  await db().tracking.update({ where: { experimentId: third }, data: { at: new Date(0) } });
  await syncTracking();
  expect(await trackingState()).toMatchObject({ waiting: 0, error: null });
});
