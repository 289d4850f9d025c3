import { expect, test } from "vitest";
import { sparklinePath } from "./prepare-sparkline";

test("one step per value, the highest at the top", () => {
  expect(sparklinePath([0, 1, 3], 30, 12)).toBe("M0 12H10V8H20V0H30");
});

test("equal values run through the middle; none draw nothing", () => {
  expect(sparklinePath([2, 2], 20, 10)).toBe("M0 5H10V5H20");
  expect(sparklinePath([], 20, 10)).toBe("");
});

test("thousands of steps are as few as there is room for, and the last one is kept", () => {
  const path = sparklinePath(Array.from({ length: 9_999 }, (_, index) => index), 72, 16);
  expect(path.split("H")).toHaveLength(2 + Math.floor(9_998 / Math.ceil(9_999 / 144)));
  expect(path.endsWith("V0H72")).toBe(true);
});
