import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { db } from "@/lib/db/client";
import { applyMigrations } from "@/lib/db/migrate";
import { createTestDatabase } from "@/lib/db/test-database";
import { getExperiment, listExperiments, readEvents } from "./queries";
import { artifactRecordSchema, type DecisionRecord, type Evaluation, type Figure, type ModelSpec } from "./schema";
import { createExperiment, finishExperiment, markStarted, openEpisode, recordFailure, recordSolution, requestStop, startEvaluation } from "./write-queries";

let drop: () => Promise<void>;
let counter = 0;
let id: string;

beforeAll(async () => {
  const database = await createTestDatabase();
  process.env.DATABASE_URL = database.url;
  process.env.RUNNER_KEY = "key-of-the-test";
  await applyMigrations(database.url);
  drop = database.drop;
});

afterAll(async () => {
  await db().$disconnect();
  await drop();
});

const known = <T>(value: T) => ({ value, source: "files" as const, confidence: "high" as const });
const spec: ModelSpec = {
  model: "pocket",
  revision: null,
  model_size_gb: known(0.01),
  parameters: known(5_000_000),
  model_family: known("llama"),
  architecture: known("LlamaForCausalLM"),
  layers: known(6),
  vocabulary: known(2048),
  context: known(128),
  license: known("mit"),
  gated: known(false),
  min_vram_gb: known(0.1),
  recommended_vram_gb: known(0.2),
  preferred_methods: ["autoround"],
  linear_in_features: [256],
  notes: [],
};

function figure(value: number): Figure {
  return { value, low: value * 0.9, high: value * 1.1, n: 3, unit: "", spread: "test", extra: {} };
}

function evaluation(accuracy: number, cost: number): Evaluation {
  return {
    accuracy: figure(accuracy),
    latency_ms: figure(cost),
    memory_gb: figure(cost),
    model_size_gb: figure(cost),
    co2_grams: figure(cost),
    runtime: "transformers",
    perplexity: null,
    benchmarks: [],
    accuracy_delta: null,
    reference: null,
    device: "CPU",
    seed: 0,
    versions: {},
    labels: [],
    seconds: {},
  };
}

const artifact = artifactRecordSchema.parse({ hash: "a", size_bytes: 10, format: "safetensors" });

function decision(label: string, steps: { method: string; params: Record<string, unknown> }[]): DecisionRecord {
  return {
    action: steps.length ? "quantization" : "baseline",
    label,
    recipe: { version: 1, steps, runtime: "transformers" },
    reasoning: "because",
    decidedBy: steps.length ? "search" : "baseline",
    fallbackNote: null,
    languageModel: null,
    tokens: null,
    alternatives: [],
  };
}

async function open(number: number): Promise<void> {
  const made = decision(number === 0 ? "Uncompressed" : `GPTQ ${number}`, number === 0 ? [] : [{ method: "gptq", params: { bits: number } }]);
  await openEpisode(id, { number, decision: made, recipe: made.recipe!, recipeHash: String(number), startedAt: new Date(), decideSeconds: 0.1 });
}

const record = (number: number, accuracy: number, cost: number) =>
  recordSolution(id, number, { evaluation: evaluation(accuracy, cost), items: { task: [1, 0] }, artifactHash: null, evaluateSeconds: 1 });

beforeEach(async () => {
  const launch = { model: "pocket", benchmarks: ["pocket_science"], maxEpisodes: 3, budgetHours: 1, seed: 0, itemLimit: null };
  ({ id } = await createExperiment(launch, `pocket_test_${counter++}`, spec));
  await markStarted(id);
});

test("every step may be repeated: the second time changes nothing and answers alike", async () => {
  await markStarted(id);
  await open(0);
  await open(0);
  const first = await record(0, 0.8, 1);
  const second = await record(0, 0.1, 9);
  expect(second).toEqual(first);
  await finishExperiment(id, "max_episodes", null);
  await finishExperiment(id, "stopped", null);
  const view = await getExperiment(id);
  expect(view?.episodes).toHaveLength(1);
  expect(view?.solutions).toHaveLength(1);
  expect(view?.solutions[0]?.figures.accuracy.value).toBe(0.8);
  expect(view?.terminationReason).toBe("max_episodes");
});

test("events are dense and in order, also when written at the same time", async () => {
  await open(0);
  await record(0, 0.8, 1);
  await Promise.all([1, 2, 3].map(open));
  await Promise.all([startEvaluation(id, 1, artifact, 2), recordFailure(id, 2, anError, "failed"), record(3, 0.7, 0.5)]);
  const events = await readEvents(id, 0);
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
  expect((await readEvents(id, events.length - 2)).map((event) => event.seq)).toEqual([events.length - 1, events.length]);
  expect((await getExperiment(id))?.lastSeq).toBe(events.length);
});

test("the front and the hypervolume follow what is measured", async () => {
  await open(0);
  const baseline = await record(0, 0.8, 1);
  expect(baseline.frontImproved).toBe(true);
  expect(baseline.hypervolume).toBeCloseTo(0.5 * 0.1 ** 4, 10);
  await open(1);
  const better = await record(1, 0.8, 0.5);
  expect(better.frontImproved).toBe(true);
  expect(better.hypervolume).toBeCloseTo(0.5 * 0.6 ** 4, 10);
  await open(2);
  expect((await record(2, 0.7, 0.6)).frontImproved).toBe(false);
  const view = await getExperiment(id);
  expect(view?.solutions.map((solution) => solution.onFront)).toEqual([false, true, false]);
});

test("a failed episode is kept with its cause and is no solution", async () => {
  await open(0);
  await record(0, 0.8, 1);
  await open(1);
  await recordFailure(id, 1, anError, "failed");
  const view = await getExperiment(id);
  expect(view?.episodes[1]).toMatchObject({ status: "failed", error: { code: "out_of_memory", remedy: "Use fewer samples." } });
  expect(view?.solutions).toHaveLength(1);
});

test("a stop is recorded once and an ended experiment stays as it is", async () => {
  expect((await requestStop(id)).status).toBe("stopping");
  expect((await requestStop(id)).status).toBe("stopping");
  await open(0);
  await finishExperiment(id, "stopped", null);
  expect((await requestStop(id)).status).toBe("done");
  const view = await getExperiment(id);
  expect(view?.episodes[0]?.status).toBe("failed");
  expect((await readEvents(id, 0)).filter((event) => event.type === "experiment.stopping")).toHaveLength(1);
});

test("the list is newest first and pages by cursor without a gap", async () => {
  const first = await listExperiments({ limit: 2 });
  expect(first.items[0]?.id).toBe(id);
  const second = await listExperiments({ limit: 2, cursor: first.nextCursor });
  const ids = [...first.items, ...second.items].map((item) => item.id);
  expect(new Set(ids).size).toBe(ids.length);
});

const anError = { code: "out_of_memory", message: "Not enough memory.", remedy: "Use fewer samples.", retryable: false, details: {} };
