import { expect, test } from "vitest";
import { formatAgo, formatExact } from "./ago";

test.each([
  [-30, "just now"],
  [4, "just now"],
  [5, "5 s ago"],
  [59, "59 s ago"],
  [60, "1 min ago"],
  [3599, "59 min ago"],
  [3600, "1 h ago"],
  [86_399, "23 h ago"],
  [86_400, "1 day ago"],
  [259_200, "3 days ago"],
])("%i seconds back reads %s", (seconds, text) => {
  expect(formatAgo(1_000_000_000, 1_000_000_000 + seconds * 1000)).toBe(text);
});

test("the exact time is UTC to the second", () => {
  expect(formatExact("2026-11-21T10:02:03.456Z")).toBe("2026-11-21 10:02:03 UTC");
});
