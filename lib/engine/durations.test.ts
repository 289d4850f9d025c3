import { expect, test } from "vitest";
import { parseRetryAfterSeconds, resolveDeadlineMs } from "./durations";

const NOW_MS = Date.parse("2026-01-01T00:00:00Z");

test.each([
  ["", 0],
  ["0s", 0],
  ["250ms", 1_000],
  ["1h30m5s", 5_405_000],
  ["1w2d", 777_600_000],
  ["2026-01-01T00:00:07Z", 7_000],
  ["2025-12-31T23:59:00Z", -60_000],
])("%j ends %d ms from now", (text, ms) => {
  expect(resolveDeadlineMs(text, NOW_MS) - NOW_MS).toBe(ms);
});

test("what is neither a duration nor a date is refused", () => {
  expect(() => resolveDeadlineMs("soon")).toThrow(/"soon" is neither/);
});

test("retry-after holds seconds or a date", () => {
  expect(["7", "2026-01-01T00:00:09Z", "2025-01-01T00:00:00Z", "x", undefined].map((text) => parseRetryAfterSeconds(text, NOW_MS))).toEqual([7, 9, 0, undefined, undefined]);
});
