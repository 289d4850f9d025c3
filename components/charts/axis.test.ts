import fc from "fast-check";
import { expect, test } from "vitest";
import { solution } from "@/components/testing/solutions";
import { linearTicks, logTicks, placeOf, prepareAxis, titleOf, valueAt } from "./axis";

test("a place leads back to its value, on both kinds of axis", () => {
  fc.assert(
    fc.property(fc.boolean(), fc.double({ min: 0.001, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (log, low, place) => {
      const axis = { log, domain: [low, low * 50] as const };
      expect(placeOf(axis, valueAt(axis, place))).toBeCloseTo(place, 6);
    }),
  );
});

test("ticks are round, inside and few", () => {
  expect(linearTicks(0.32, 0.78)).toEqual([0.4, 0.5, 0.6, 0.7]);
  expect(logTicks(0.9, 30)).toEqual([1, 2, 5, 10, 20]);
  expect(logTicks(0.5, 5000)).toEqual([1, 10, 100, 1000]);
  expect(logTicks(2, 4.5)).toEqual([2, 2.5, 3, 3.5, 4, 4.5].filter((tick) => linearTicks(2, 4.5).includes(tick)));
});

test("the ends hold every interval; one unit for the axis; a zoom replaces the ends", () => {
  const points = [solution(0, { model_size_gb: 0.02 }), solution(1, { model_size_gb: 0.004 })];
  const axis = prepareAxis("model_size_gb", points, false);
  expect(titleOf(axis)).toBe("Size, MB ↓ better");
  expect(axis.domain[0]).toBeLessThan(0.004);
  expect(axis.domain[1]).toBeGreaterThan(0.02);
  expect(axis.ticks.map(({ text }) => text)).toContain("5");
  expect(prepareAxis("model_size_gb", points, false, [0.01, 0.012]).domain).toEqual([0.01, 0.012]);
});

test("a logarithmic axis has no place for zero and does not let it set the end", () => {
  const axis = prepareAxis("co2_grams", [solution(0, { co2_grams: 0 }), solution(1, { co2_grams: 1 }), solution(2, { co2_grams: 10 })], true);
  expect(axis.domain[0]).toBeGreaterThan(0.5);
  expect(Number.isFinite(placeOf(axis, 0))).toBe(false);
});

test("equal figures still have an axis", () => {
  const { domain, ticks } = prepareAxis("memory_gb", [solution(0, { memory_gb: 2 })], false);
  expect(domain[0]).toBeLessThan(2);
  expect(ticks.length).toBeGreaterThan(0);
});
