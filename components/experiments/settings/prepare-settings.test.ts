import { expect, test } from "vitest";
import { controlsSchema, goalSchema, limitsSchema } from "@/lib/experiments/schema";
import { testView } from "@/lib/experiments/testing/views";
import { prepareBudget, prepareLaunch, prepareMethods, prepareSteered } from "./prepare-settings";

const view = { ...testView({ itemLimit: 1000, carbonGrams: 0.25, goal: goalSchema.parse({ preset: "quality", words: "small one", weights: { latency_ms: 3 } }), limits: limitsSchema.parse({ carbonGrams: 5 }), controls: controlsSchema.parse({ pinned: ["gptq"] }) }), trace: [] };
const valueOf = (label: string) => prepareLaunch(view).find((row) => row.label === label);

test("what it was launched with is said in words, weights only where they are not the goal's own", () => {
  expect(valueOf("Weights")?.value).toBe("Latency counts 3-fold");
  expect(valueOf("Constraints")?.value).toBe("Accuracy at least 98 % of the uncompressed model's");
  expect(valueOf("Benchmarks")?.note).toBe("1,000 items each");
  expect(valueOf("Goal in words")?.value).toBe("small one");
  expect(prepareLaunch({ ...view, goal: goalSchema.parse({}) }).map(({ label }) => label)).not.toContain("Weights");
});

test("limits stand beside what was spent, rules beside what people changed", () => {
  expect(prepareBudget(view).map(({ label, limit, spent }) => [label, limit, spent])).toEqual([
    ["Episodes", "3", "3"],
    ["Time", "4 h", null],
    ["CO2 of all jobs", "5.00 g", "0.250 g"],
    ["Hypervolume that is enough", "none set", "0.0100"],
  ]);
  expect(prepareMethods(view)[0]).toEqual({ label: "In every recipe", value: "gptq" });
  expect(prepareSteered([{ seq: 1, at: "", by: "Ann", change: { kind: "pause" } }, { seq: 2, at: "", by: "Bo", change: { kind: "resume" } }]).map(({ text }) => text)).toEqual(["Bo resumed", "Ann paused"]);
});
