import { beforeEach, expect, test } from "vitest";
import { firstTeam } from "@/lib/access/schema";
import { hashOfRecipe } from "@/lib/coordinator/recipes";
import { db } from "@/lib/db/client";
import { useTestDatabase } from "@/lib/db/use-test-database";
import { getExperiment } from "@/lib/experiments/queries";
import { launchSchema, type Evaluation, type LaunchInput } from "@/lib/experiments/schema";
import { artifact, decision, evaluation, spec } from "@/lib/experiments/testing/measured";
import { createExperiment, markStarted, openEpisode, recordSolution, startEvaluation } from "@/lib/experiments/write-queries";
import { exportMemory } from "./memory-file";
import { findMeasured, readMeasured, sameConditions } from "./reuse-queries";
import { rememberAll } from "./write-queries";

useTestDatabase();

beforeEach(async () => {
  await db().experiment.deleteMany();
  await db().skillRecord.deleteMany();
});

const made = decision("GPTQ 4-bit", [{ method: "gptq", params: { bits: 4 } }]);
const hash = hashOfRecipe(made.recipe!);
let counter = 0;

/** What a runner measures, with the conditions that it writes beside its figures. */
function measured(accuracy: number, cost: number, change: Partial<Evaluation> = {}, pinned = 2): Evaluation {
  const base = evaluation(accuracy, cost);
  return {
    ...base,
    latency_ms: { ...base.latency_ms, extra: { pinned_baseline_ms: pinned } },
    co2_grams: { ...base.co2_grams, extra: { region: "WORLD", factor_g_per_kwh: 475, source: "estimate" } },
    versions: { torch: "2.13.0", transformers: "5.17.0" },
    ...change,
  };
}

async function experiment(launch: Partial<LaunchInput> = {}, baseline = measured(0.8, 2), team = firstTeam, revision = "abc"): Promise<string> {
  const wanted = launchSchema.parse({ model: "pocket", benchmarks: ["pocket_science"], maxEpisodes: 3, budgetHours: 1, ...launch });
  const { id } = await createExperiment(wanted, `reuse_${counter++}`, { ...spec, revision }, team);
  await markStarted(id);
  const first = decision("Uncompressed", []);
  await openEpisode(id, { number: 0, decision: first, recipe: first.recipe!, recipeHash: "0", startedAt: new Date(), decideSeconds: 0 });
  await recordSolution(id, 0, { evaluation: baseline, items: {}, artifactHash: null, evaluateSeconds: 1 });
  return id;
}

const open = (id: string, from: Parameters<typeof openEpisode>[1]["reusedFrom"] = null) =>
  openEpisode(id, { number: 1, decision: made, recipe: made.recipe!, recipeHash: hash, startedAt: new Date(), decideSeconds: 0, reusedFrom: from });

async function measure(id: string, change: Partial<Evaluation> = {}): Promise<void> {
  await open(id);
  await startEvaluation(id, 1, artifact, 1);
  await recordSolution(id, 1, { evaluation: measured(0.7, 1, change), items: { task: [1, 0] }, artifactHash: "f00", evaluateSeconds: 1 });
}

test("what was measured under the same conditions is found, and can be recorded again as it was", async () => {
  const source = await experiment();
  await measure(source);
  const asking = await experiment();
  const [found] = await findMeasured(asking, hash);
  expect(found).toMatchObject({ from: { experimentId: source, episode: 1 }, artifactHash: "f00" });
  await open(asking, found!.from);
  const opened = await getExperiment(asking);
  expect(opened?.episodes[1]).toMatchObject({ status: "evaluating", reusedFrom: { experimentId: source, episode: 1 } });
  const all = await readMeasured(found!.from);
  expect(all).toMatchObject({ items: { task: [1, 0] }, artifact: { hash: "a" } });
  await recordSolution(asking, 1, { ...all!, evaluateSeconds: 0 });
  const view = await getExperiment(asking);
  expect(view?.solutions[1]).toMatchObject({ artifactHash: "f00", figures: { accuracy: { value: 0.7 } } });
  expect(view?.episodes[1]?.artifact?.hash).toBe("a");
});

test("what was taken over is no new evidence, and nothing is taken over from it", async () => {
  const source = await experiment();
  await measure(source);
  const asking = await experiment();
  const [found] = await findMeasured(asking, hash);
  await open(asking, found!.from);
  await recordSolution(asking, 1, { ...(await readMeasured(found!.from))!, evaluateSeconds: 0 });
  await rememberAll();
  expect((await exportMemory(firstTeam, new Date())).records).toHaveLength(1);
  expect((await findMeasured(await experiment(), hash)).map(({ from }) => from.experimentId)).toEqual([source]);
});

test("another seed, item limit, revision, team, version, scale or benchmark is another condition", async () => {
  await measure(await experiment());
  expect(await findMeasured(await experiment(), hash)).toHaveLength(1);
  for (const different of [
    experiment({ seed: 1 }),
    experiment({ itemLimit: 10 }),
    experiment({}, measured(0.8, 2), firstTeam, "def"),
    experiment({}, measured(0.8, 2), "other"),
    experiment({}, measured(0.8, 2, { versions: { torch: "2.14.0", transformers: "5.17.0" } })),
    experiment({}, measured(0.8, 2, {}, 2.1)),
  ]) {
    expect(await findMeasured(await different, hash)).toEqual([]);
  }
  const benchmark = { name: "mmlu", metric: "acc", version: "1", score: evaluation(1, 1).accuracy, delta: null };
  expect(sameConditions(measured(0.8, 2), measured(0.8, 2, { benchmarks: [benchmark] }))).toBe(false);
  expect(sameConditions(measured(0.8, 2, { benchmarks: [benchmark] }), measured(0.8, 2, { benchmarks: [{ ...benchmark, version: "2" }] }))).toBe(false);
});

test("a measurement that ended early, or whose scale is not known, is not taken over", async () => {
  await measure(await experiment(), { early_stop: { reason: "worse", decision: "drop", against: "floor", items_used: 5, items_total: 20 } });
  await measure(await experiment(), { latency_ms: evaluation(1, 1).latency_ms });
  expect(await findMeasured(await experiment(), hash)).toEqual([]);
});

test("a source that is gone is told as such", async () => {
  const source = await experiment();
  await measure(source);
  const [found] = await findMeasured(await experiment(), hash);
  await db().experiment.delete({ where: { id: source } });
  expect(await readMeasured(found!.from)).toBeNull();
});
