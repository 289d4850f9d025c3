import { beforeEach, expect, test } from "vitest";
import { hoursUsed } from "@/lib/coordinator/context";
import { testSpec } from "@/lib/coordinator/testing/contexts";
import { firstTeam } from "@/lib/access/schema";
import { changePlan, listPlan } from "@/lib/planning/plan/queries";
import { useTestDatabase } from "@/lib/db/use-test-database";
import { getExperiment } from "./queries";
import { controlsSchema, launchSchema } from "./schema";
import { applySteer, markIdle, storeSteer } from "./steer-queries";
import { createExperiment, finishExperiment, markStarted, openEpisode } from "./write-queries";

let counter = 0;
let id: string;

useTestDatabase();

beforeEach(async () => {
  const launch = launchSchema.parse({ model: "pocket", benchmarks: ["pocket_science"], maxEpisodes: 3, budgetHours: 1, limits: { usd: 2 } });
  ({ id } = await createExperiment(launch, `pocket_steer_${counter++}`, testSpec, firstTeam));
  await markStarted(id);
});

const recipe = { version: 1 as const, steps: [{ method: "gptq", params: { bits: 3 } }], runtime: "transformers" };

test("a method is pinned, forbidden or free, never two of them", () => {
  const free = controlsSchema.parse({});
  const pinned = applySteer(free, { kind: "method", method: "gptq", rule: "pinned" });
  const forbidden = applySteer(pinned, { kind: "method", method: "gptq", rule: "forbidden" });
  expect([pinned.pinned, pinned.forbidden, forbidden.pinned, forbidden.forbidden]).toEqual([["gptq"], [], [], ["gptq"]]);
  expect(applySteer(forbidden, { kind: "method", method: "gptq", rule: "free" })).toEqual(free);
});

test("the rules of the launch are what may be changed while it runs", async () => {
  const launch = launchSchema.parse({ model: "pocket", benchmarks: ["pocket_science"], maxEpisodes: 3, budgetHours: 1, rules: { forbidden: ["pruning"], allowed: ["4-bit"] } });
  const { id: ruled } = await createExperiment(launch, `pocket_steer_${counter++}`, testSpec, firstTeam);
  expect((await getExperiment(ruled))?.controls).toMatchObject({ forbidden: ["pruning"], allowed: ["4-bit"], pinned: [] });
  expect(await storeSteer(ruled, { kind: "method", method: "pruning", rule: "free" }, "Ada")).toMatchObject({ forbidden: [], allowed: ["4-bit"] });
});

test("what was added is there, and every change stands in the log with its author", async () => {
  await storeSteer(id, { kind: "extend", add: { episodes: 2, hours: 0.5, usd: 1 } }, "Ada");
  await storeSteer(id, { kind: "pause" }, "Ada");
  const view = await getExperiment(id);
  expect(view).toMatchObject({ maxEpisodes: 5, budgetHours: 1.5, limits: { usd: 3, carbonGrams: null }, controls: { paused: true } });
  expect(view?.steered.map(({ by, change }) => [by, change.kind])).toEqual([["Ada", "extend"], ["Ada", "pause"]]);
});

test("nothing is added to a limit that there is not, nor to what has ended", async () => {
  await expect(storeSteer(id, { kind: "extend", add: { carbonGrams: 5 } }, "Ada")).rejects.toThrow(/no limit of CO2/);
  await finishExperiment(id, "max_episodes", null);
  await expect(storeSteer(id, { kind: "pause" }, "Ada")).rejects.toThrow(/is done/);
});

test("the recipe that a person set is used once", async () => {
  await storeSteer(id, { kind: "next", recipe }, "Ada");
  const base = { action: "quantization", label: "GPTQ", recipe, reasoning: "", fallbackNote: null, languageModel: null, tokens: null, expected: null, gain: null, evidence: [], alternatives: [] };
  const open = (number: number, setByPerson: typeof recipe) =>
    openEpisode(id, { number, decision: { ...base, decidedBy: "person" }, recipe, recipeHash: String(number), setByPerson, startedAt: new Date(), decideSeconds: 0 });
  await open(1, { ...recipe, runtime: "onnxruntime" });
  expect((await getExperiment(id))?.controls.next).toEqual(recipe);
  await open(2, recipe);
  expect((await getExperiment(id))?.controls.next).toBeNull();
});

test("a wish of the plan is answered where it stands, once", async () => {
  await changePlan(id, "Ada", { change: "add", text: "try gptq next" });
  await changePlan(id, "Ada", { change: "add", text: "try fp8 next" });
  const [gptq, fp8] = await listPlan(id);
  const base = { action: "quantization", label: "GPTQ", recipe, reasoning: "", fallbackNote: null, languageModel: null, tokens: null, expected: null, gain: null, evidence: [], alternatives: [] };
  const wishes = [{ item: fp8!.id, taken: false, text: "It cannot be." }, { item: gptq!.id, taken: true, text: "GPTQ, taken" }];
  const open = () => openEpisode(id, { number: 1, decision: { ...base, decidedBy: "person" }, recipe, recipeHash: "1", wishes, startedAt: new Date(), decideSeconds: 0 });
  await open();
  const { lastSeq } = (await getExperiment(id))!;
  await open();
  expect((await getExperiment(id))?.lastSeq).toBe(lastSeq);
  expect((await listPlan(id)).map(({ status, evidence }) => [status, evidence])).toEqual([
    ["done", [{ episode: 1, text: "GPTQ, taken" }]],
    ["todo", [{ episode: null, text: "It cannot be." }]],
  ]);
});

test("time that the run waited for a person is none of its hours", async () => {
  const hour = 3_600_000;
  const start = Date.parse((await getExperiment(id))?.startedAt ?? "");
  await markIdle(id, true, new Date(start + hour));
  await markIdle(id, true, new Date(start + 2 * hour));
  const waiting = await getExperiment(id);
  expect(waiting && hoursUsed(waiting, new Date(start + 4 * hour))).toBeCloseTo(1);
  expect(waiting?.stage).toMatch(/Paused/);
  await markIdle(id, false, new Date(start + 4 * hour));
  await markIdle(id, false, new Date(start + 5 * hour));
  const going = await getExperiment(id);
  expect(going && hoursUsed(going, new Date(start + 6 * hour))).toBeCloseTo(3);
});
