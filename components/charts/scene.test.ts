import { expect, test } from "vitest";
import { solution } from "@/components/testing/solutions";
import { markOf, prepareColours, prepareRadii, prepareScene, isUncertain } from "./scene";
import type { ChartTheme } from "./use-chart-theme";

const points = [
  solution(0, { accuracy: 0.7, latency_ms: 4 }),
  solution(1, { accuracy: 0.6, latency_ms: 2 }, { onFront: true }),
  solution(2, { accuracy: 0.4, latency_ms: 3 }),
  solution(3, { accuracy: 0.2, latency_ms: 1 }, { feasible: false }),
];

test("each point is one thing; what is not feasible or not measured in full is not called dominated", () => {
  expect(points.map(markOf)).toEqual(["baseline", "front", "dominated", "infeasible"]);
  expect(markOf(solution(4, {}, { partial: true }))).toBe("infeasible");
});

test("filters hold together, ends may be open, and the baseline stays with the front", () => {
  const shown = (ranges: Parameters<typeof prepareScene>[1]["ranges"], frontOnly = false) => {
    const scene = prepareScene(points, { ranges, frontOnly }, new Map());
    expect(scene.shownCount).toBe([...scene.shown].filter(Boolean).length);
    return points.filter((_, index) => scene.shown[index]).map(({ number }) => number);
  };
  expect(shown({})).toEqual([0, 1, 2, 3]);
  expect(shown({ accuracy: [0.4, null] })).toEqual([0, 1, 2]);
  expect(shown({ accuracy: [0.4, null], latency_ms: [null, 3] })).toEqual([1, 2]);
  expect(shown({}, true)).toEqual([0, 1]);
});

test("a place on the front is uncertain below nine resamples of ten, and never before it is known", () => {
  const scene = (shares: Map<number, number>) => prepareScene(points, { ranges: {}, frontOnly: false }, shares);
  expect(isUncertain(scene(new Map()), points[1]!)).toBe(false);
  expect(isUncertain(scene(new Map([[1, 0.83]])), points[1]!)).toBe(true);
  expect(isUncertain(scene(new Map([[2, 0.3]])), points[2]!)).toBe(false);
});

test("by an objective the better is the stronger colour, and the larger figure the larger area", () => {
  const theme = { ramp: ["weak", "strong"] } as ChartTheme;
  expect(prepareColours(points, "latency_ms", theme)[0]).toBe("weak");
  expect(prepareColours(points, "accuracy", theme)[0]).toBe("strong");
  const radii = prepareRadii(points, "latency_ms") as number[];
  expect(radii[0]).toBeGreaterThan(radii[3] as number);
  expect(prepareRadii(points, null)).toBeNull();
});
