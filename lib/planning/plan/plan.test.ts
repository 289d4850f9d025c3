import { expect, test } from "vitest";
import { testView } from "@/lib/experiments/testing/views";
import { controlsSchema, goalSchema, noRules, type Rules } from "@/lib/experiments/schema";
import { draftPlan, type PlanBasis } from "./draft";
import { hintsOf } from "./hints";
import { progressOf } from "./progress";
import type { PlanRow } from "./queries";

const available = { available: true, reason: "", remedy: "" };
const missing = { available: false, reason: "no GPU", remedy: "" };
const method = (name: string, action: PlanBasis["methods"][number]["action"], availability = available) => ({ name, title: name.toUpperCase(), action, availability, families: [] });

const basis = (change: Partial<PlanBasis["view"]> = {}): PlanBasis => ({
  view: { ...testView(), maxEpisodes: 10, ...change },
  methods: [method("gptq", "quantization"), method("nf4", "quantization", missing), method("structured", "pruning"), method("asvd", "asvd", missing)],
  runtimes: [
    { name: "transformers", title: "transformers", availability: available },
    { name: "onnxruntime", title: "ONNX Runtime", availability: available },
  ],
  hints: [],
});

const rows = (items: ReturnType<typeof draftPlan>): PlanRow[] => items.map((item, index) => ({ ...item, id: String(index), status: "todo", author: "planner" }));

test("a plan by rules names only what can be used, in the order of the goal", () => {
  const texts = draftPlan(basis({ goal: goalSchema.parse({ preset: "fastest", constraints: [{ objective: "accuracy", bound: 0.95, relative: true }] }) })).map(({ text }) => text);
  expect(texts).toEqual([
    "Measure the uncompressed model: everything is compared with it",
    "Run packed weights where they are computed with: ONNX Runtime",
    "Cut or zero what counts least: STRUCTURED",
    "Combine what gained most into one recipe",
    "Store the weights in fewer bits: GPTQ",
    "Find a solution that keeps the limits: Accuracy at least 95 % of the uncompressed model's",
    "Say which solutions are on the front",
  ]);
});

test("a plan names nothing that a person ruled out", () => {
  const hints = [{ methods: ["structured"], text: "Begin with pruning", source: "" }];
  const controls = (change: Partial<Rules>) => controlsSchema.parse({ ...noRules, ...change });
  const texts = (change: Partial<Rules>) => draftPlan({ ...basis({ controls: controls(change) }), hints }).map(({ text }) => text).join("\n");
  expect(texts({ forbidden: ["pruning"] })).not.toMatch(/prun|STRUCTURED/i);
  expect(texts({ allowed: ["pruning"] })).not.toMatch(/GPTQ/);
  expect(texts({ allowed: ["4-bit"] })).toMatch(/GPTQ/);
});

test("a plan has no more to try than there are episodes, and memory comes first", () => {
  const hints = [{ methods: ["gptq"], text: "Try GPTQ 4-bit first", source: "0.3 of the size on llama" }];
  const items = draftPlan({ ...basis({ maxEpisodes: 1 }), hints });
  expect(items.map(({ text }) => text)).toEqual(["Measure the uncompressed model: everything is compared with it", "Try GPTQ 4-bit first", "Say which solutions are on the front"]);
  expect(items[1]?.evidence).toEqual([{ episode: null, text: "0.3 of the size on llama" }]);
});

test("of the memory only what is similar, gained and keeps the limits is a hint, once for each set of methods", () => {
  const ratios = { accuracy: 0.97, latency_ms: 0.8, memory_gb: 0.7, model_size_gb: 0.3, co2_grams: 0.8 };
  const spread = { accuracy: 0.01, latency_ms: 0.02, memory_gb: 0, model_size_gb: 0, co2_grams: 0.02 };
  const experience = (method: string, change: Partial<typeof ratios> = {}, similarity = 0.9) => ({ recipe: { version: 1 as const, steps: [{ method, params: { bits: 4 } }], runtime: "transformers" }, ratios: { ...ratios, ...change }, spread, similarity, source: `${method}#1` });
  const memory = [experience("awq", { model_size_gb: 0.5 }), experience("gptq"), experience("gptq", { model_size_gb: 0.2 }, 0.7), experience("rtn", { accuracy: 0.9 }), experience("nf4", { latency_ms: 3 }), experience("int8", {}, 0.3)];
  const hints = hintsOf(memory, goalSchema.parse({ constraints: [{ objective: "accuracy", bound: 0.95, relative: true }] }));
  expect(hints.map(({ methods }) => methods)).toEqual([["gptq"], ["awq"]]);
  expect(hints[0]?.source).toBe("GPTQ 4-bit in gptq#1: 0.970 ± 0.01 of the accuracy at 0.300 ± 0 of the size and 0.800 ± 0.02 of the latency; similarity 0.900");
});

test("progress is told by the figures, with the episodes it rests on", () => {
  const view = testView();
  const items = rows(draftPlan(basis()));
  const found = Object.fromEntries(progressOf(items, view).map(({ id, ...progress }) => [items[Number(id)]?.text.split(":")[0], progress]));
  expect(found["Measure the uncompressed model"]?.status).toBe("done");
  // Episode 2 is structured pruning with GPTQ.
  expect(found["Combine what gained most into one recipe"]).toMatchObject({ status: "done", evidence: [{ episode: 2 }] });
  expect(found["Cut or zero what counts least"]).toMatchObject({ status: "done", evidence: [{ episode: 2 }] });
  expect(found["Run packed weights where they are computed with"]).toMatchObject({ status: "skipped", evidence: [{ episode: null, text: "The experiment ended before." }] });
  expect(found["Say which solutions are on the front"]?.status).toBe("done");
});

test("an item is being done while its episode runs, and is told again only when something changed", () => {
  const view = testView({ endedAt: null, status: "running" });
  const last = view.episodes[3];
  if (last) Object.assign(last, { status: "compressing", endedAt: null, error: null });
  const item: PlanRow = { id: "a", text: "magnitude", status: "todo", author: "planner", evidence: [], check: { kind: "method", methods: ["magnitude"], after: 0 } };
  expect(progressOf([item], view)).toEqual([{ id: "a", status: "doing", evidence: [] }]);
  expect(progressOf([{ ...item, status: "doing" }], view)).toEqual([]);
  expect(progressOf([{ ...item, check: { kind: "method", methods: ["magnitude"], after: 3 } }], view)).toEqual([]);
});

test("what a person wrote is left alone", () => {
  expect(progressOf([{ id: "a", text: "try gptq", status: "todo", author: "person", evidence: [], check: null }], testView())).toEqual([]);
});
