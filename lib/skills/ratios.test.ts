import { expect, test } from "vitest";
import { objectiveKeys } from "@/lib/domain/objectives";
import { halfWidths, ratiosOf } from "./ratios";

const range = (value: number, half: number) => ({ value, low: value - half, high: value + half });
const all = (value: number, half: number) => Object.fromEntries(objectiveKeys.map((key) => [key, range(value, half)])) as Parameters<typeof ratiosOf>[0];

test("the relative uncertainties of both figures add up in squares", () => {
  const { latency_ms: ratio } = ratiosOf(all(1, 0.03), all(2, 0.08), null);
  expect(ratio.value).toBe(0.5);
  expect((ratio.high - ratio.low) / 2 / ratio.value).toBeCloseTo(0.05, 2);
});

test("accuracy takes the paired difference's interval, around the ratio of the figures", () => {
  const { accuracy } = ratiosOf(all(0.72, 0.03), all(0.8, 0.03), { value: -0.08, low: -0.1, high: -0.06 });
  expect(accuracy.value).toBeCloseTo(0.9, 12);
  expect(accuracy.low).toBeCloseTo(0.875, 12);
  expect(accuracy.high).toBeCloseTo(0.925, 12);
});

test("a figure of zero has a ratio and every value lies in its interval", () => {
  const ratios = ratiosOf(all(0, 0), all(0.8, 0.03), null);
  for (const key of objectiveKeys) {
    expect(ratios[key].value).toBe(0);
    expect(ratios[key].low).toBeLessThanOrEqual(ratios[key].value);
    expect(ratios[key].high).toBeGreaterThanOrEqual(ratios[key].value);
  }
  expect(halfWidths(ratios).accuracy).toBe(0);
});
