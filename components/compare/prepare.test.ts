import { expect, test } from "vitest";
import type { ExperimentPageView } from "@/lib/experiments/page-schema";
import { testView } from "@/lib/experiments/testing/views";
import { prepareComparison, settingRows } from "./prepare";

function pageView(change: Parameters<typeof testView>[0] = {}): ExperimentPageView {
  const view = testView(change);
  return { ...view, trace: [] };
}

test("experiments on one model and the same benchmarks share the first one's baseline", () => {
  const { common, experiments } = prepareComparison([pageView(), pageView({ id: "b", name: "b" })]);
  expect(common).toBe(true);
  expect(experiments.map(({ volumes }) => volumes.length)).toEqual([3, 3]);
  const [first] = experiments;
  const baseline = first?.points.find(({ isBaseline }) => isBaseline);
  expect(baseline?.ratios.latency_ms.value).toBe(1);
  expect(first?.best?.accuracy.onFront).toBe(true);
  // It never shrinks, since a front only gains.
  for (let i = 1; i < (first?.volumes.length ?? 0); i++) expect(first?.volumes[i]).toBeGreaterThanOrEqual(first?.volumes[i - 1] ?? 0);
});

test("other benchmarks mean other grounds, and that is said", () => {
  const { common, note } = prepareComparison([pageView(), pageView({ benchmarks: ["other"] })]);
  expect(common).toBe(false);
  expect(note).toContain("benchmarks differ");
});

test("an experiment without a baseline has nothing to show yet", () => {
  const { experiments } = prepareComparison([pageView({ solutions: [] }), pageView()]);
  expect(experiments[0]).toMatchObject({ points: [], volumes: [], best: null });
});

test("only rows that differ are marked", () => {
  const rows = settingRows([pageView(), pageView({ seed: 7 })], { status: ({ status }) => status });
  expect(rows.filter(({ differs }) => differs).map(({ label }) => label)).toEqual(["Seed"]);
});
