import { expect, test } from "vitest";
import { solution } from "@/components/testing/solutions";
import { omissions, prepareScatter, spanOf } from "./prepare-scatter";
import { prepareScene } from "./scene";

const points = [
  solution(0, { latency_ms: 4, accuracy: 0.8 }),
  solution(1, { latency_ms: 2, accuracy: 0.7 }),
  solution(2, { latency_ms: 3, accuracy: 0.6 }),
  solution(3, { latency_ms: 1, accuracy: 0.5 }),
  solution(4, { latency_ms: 0.5, accuracy: 0.9 }, { feasible: false }),
];
const view = { x: "latency_ms", y: "accuracy", log: [], zoom: null } as const;

test("the step line passes the points best by the two axes, without those that may not stand on a front", () => {
  expect(prepareScatter(points, view).steps).toEqual([3, 1, 0]);
  expect(prepareScatter(points, { ...view, x: "accuracy", y: "latency_ms" }).steps).toEqual([3, 1, 0]);
  expect(prepareScatter([], view).steps).toEqual([]);
});

test("places run from 0 to 1, with the intervals inside", () => {
  const { across, up, xAxis } = prepareScatter(points, view);
  expect(Math.min(...across, ...up)).toBeGreaterThan(0);
  expect(Math.max(...across, ...up)).toBeLessThan(1);
  expect(across[0]).toBeGreaterThan(across[1] as number);
  const [low, high] = spanOf(xAxis, points[0]!.figures.latency_ms);
  expect(low).toBeLessThan(across[0] as number);
  expect(high).toBeLessThan(1);
});

test("a zoom places what is outside of it outside", () => {
  const { across } = prepareScatter(points, { ...view, zoom: { x: [1.5, 3.5], y: [0, 1] } });
  expect(across[3]).toBeLessThan(0);
  expect(across[0]).toBeGreaterThan(1);
});

test("it says what it leaves out", () => {
  const zero = [solution(0, { co2_grams: 0 }), solution(1, { co2_grams: 0.1 })];
  const { withoutPlace } = prepareScatter(zero, { ...view, x: "co2_grams", log: ["co2_grams"] });
  const scene = prepareScene(zero, { ranges: {}, frontOnly: false }, new Map());
  expect(omissions(scene, withoutPlace, 2, true)).toEqual(["1 at zero or below, for which a logarithmic axis has no place", "2 failed episodes, which have no figures"]);
  expect(omissions(scene, 0, 0, true)).toEqual([]);
});
