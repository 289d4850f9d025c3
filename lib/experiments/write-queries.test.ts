import { beforeEach, expect, test } from "vitest";
import { db } from "@/lib/db/client";
import { useTestDatabase } from "@/lib/db/use-test-database";
import { hypervolume } from "@/lib/domain/hypervolume";
import { figuresOf } from "@/lib/domain/objectives";
import { getExperimentChanges, getExperimentPage } from "./page-queries";
import { mergeChanges, type ExperimentChanges, type ExperimentPageView } from "./page-schema";
import { getExperiment, readEvents } from "./queries";
import { listExperiments } from "./summary-queries";
import { launchSchema } from "./schema";
import { anError, artifact, decision, evaluation, spec } from "./testing/measured";
import { createExperiment, finishExperiment, markStarted, openEpisode, recordFailure, recordSolution, requestStop, startEvaluation } from "./write-queries";

let counter = 0;
let id: string;

useTestDatabase();

async function open(number: number): Promise<void> {
  const made = decision(number === 0 ? "Uncompressed" : `GPTQ ${number}`, number === 0 ? [] : [{ method: "gptq", params: { bits: number } }]);
  await openEpisode(id, { number, decision: made, recipe: made.recipe!, recipeHash: String(number), startedAt: new Date(), decideSeconds: 0.1 });
}

const record = (number: number, accuracy: number, cost: number) =>
  recordSolution(id, number, { evaluation: evaluation(accuracy, cost), items: { task: [1, 0] }, artifactHash: null, evaluateSeconds: 1 });

beforeEach(async () => {
  const launch = launchSchema.parse({ model: "pocket", benchmarks: ["pocket_science"], maxEpisodes: 3, budgetHours: 1 });
  ({ id } = await createExperiment(launch, `pocket_test_${counter++}`, spec));
  await markStarted(id);
});

test("what breaks a constraint or was not measured in full is kept, but never on the front", async () => {
  const launch = launchSchema.parse({ model: "pocket", benchmarks: ["pocket_science"], maxEpisodes: 3, budgetHours: 1, goal: { preset: "quality" } });
  ({ id } = await createExperiment(launch, `pocket_test_${counter++}`, spec));
  await open(0);
  await record(0, 0.8, 1);
  await open(1);
  const inaccurate = await record(1, 0.6, 0.1);
  await open(2);
  const early = { reason: "surely worse", decision: "drop" as const, against: "floor", items_used: 20, items_total: 90 };
  const partial = await recordSolution(id, 2, { evaluation: { ...evaluation(0.8, 0.1), early_stop: early }, items: {}, artifactHash: null, evaluateSeconds: 1 });
  expect([inaccurate.frontImproved, partial.frontImproved]).toEqual([false, false]);
  expect(partial.hypervolume).toBeCloseTo(0.5 * 0.1 ** 4, 10);
  const view = await getExperiment(id);
  expect(view?.solutions.map(({ feasible, partial: rough, onFront }) => [feasible, rough, onFront])).toEqual([
    [true, false, true],
    [false, false, false],
    [true, true, false],
  ]);
  expect(view?.spec.model_size_gb).toEqual({ value: 1, source: "measured", confidence: "high" });
});

test("what the jobs drew is summed in grams of the grid that the baseline was measured on", async () => {
  const measured = evaluation(0.8, 1);
  const onGrid = { ...measured, co2_grams: { ...measured.co2_grams, extra: { factor_g_per_kwh: 500 } } };
  await open(0);
  await recordSolution(id, 0, { evaluation: onGrid, items: {}, artifactHash: null, evaluateSeconds: 1, energyWh: 2 });
  await open(1);
  await recordFailure(id, 1, anError, "failed", 4);
  await recordFailure(id, 1, anError, "failed", 4);
  expect((await getExperiment(id))?.carbonGrams).toBeCloseTo(3);
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

test("the front is improved only beyond the intervals of every rival, however many there are", async () => {
  await open(0);
  await record(0, 0.8, 1);
  const { id: _id, episodeId: _episode, number: _number, ...beaten } = await db().solution.findFirstOrThrow({ where: { experimentId: id } });
  const numbers = Array.from({ length: 600 }, (_, index) => index + 1);
  const episodes = await db().episode.createManyAndReturn({ data: numbers.map((number) => ({ experimentId: id, number, status: "done" })), select: { id: true, number: true } });
  await db().solution.createMany({
    data: episodes.map(({ id: episodeId, number }) => {
      const measured = number === 600 ? evaluation(0.79, 0.5) : evaluation(0.8, 1);
      const costs = number === 600 ? 0.5 : 1;
      return { ...beaten, recipe: {}, items: {}, episodeId, number, isBaseline: false, onFront: false, accuracy: measured.accuracy.value, latencyMs: costs, memoryGb: costs, modelSizeGb: costs, co2Grams: costs, evaluation: measured as object };
    }),
  });
  await open(601);
  expect((await record(601, 0.8, 0.5)).frontImproved).toBe(false);
  await open(602);
  expect((await record(602, 0.8, 0.25)).frontImproved).toBe(true);
});

test("who joins the front takes those off it that it beats, and no others", async () => {
  await open(0);
  await record(0, 0.8, 1);
  const points: [number, number, number][] = [[1, 0.7, 0.5], [2, 0.6, 0.4], [3, 0.7, 0.4], [4, 0.5, 0.6], [5, 0.7, 0.4]];
  for (const [number, accuracy, cost] of points) {
    await open(number);
    await record(number, accuracy, cost);
  }
  const view = await getExperiment(id);
  expect(view?.solutions.filter(({ onFront }) => onFront).map(({ number }) => number)).toEqual([0, 3, 5]);
  expect(view?.hypervolume).toBeCloseTo(hypervolume(view?.solutions.map(({ figures }) => figuresOf(figures)) ?? [], { accuracy: 0.8, latency_ms: 1, memory_gb: 1, model_size_gb: 1, co2_grams: 1 }), 12);
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
  const first = await listExperiments({ team: "lab", limit: 2 });
  expect(first.items[0]?.id).toBe(id);
  const second = await listExperiments({ team: "lab", limit: 2, cursor: first.nextCursor });
  const ids = [...first.items, ...second.items].map((item) => item.id);
  expect(new Set(ids).size).toBe(ids.length);
});

test("the page's changes hold what an event touched, and every number of the front", async () => {
  await open(0);
  await record(0, 0.8, 1);
  const before = await getExperimentPage(id);
  expect(before?.solutions[0]).toMatchObject({ number: 0, method: "none", figures: { accuracy: { value: 0.8, low: expect.closeTo(0.72, 6) } } });
  await open(1);
  await record(1, 0.9, 0.5);
  const changes = await getExperimentChanges(id, before?.lastSeq ?? 0);
  expect(changes?.solutions.map(({ number }) => number)).toEqual([1]);
  expect(changes?.front).toEqual([1]);
  const merged = mergeChanges(before as ExperimentPageView, changes as ExperimentChanges);
  expect(merged).toEqual(await getExperimentPage(id));
  expect((await getExperimentChanges(id, merged.lastSeq))?.solutions).toEqual([]);
});
