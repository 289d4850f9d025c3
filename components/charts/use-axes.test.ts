import { expect, test } from "vitest";
import { zoomOf } from "./use-axes";

test("a zoom names the axes that it touched", () => {
  expect(zoomOf({ "xaxis.range[0]": 1, "xaxis.range[1]": 2, "yaxis.range[0]": 3, "yaxis.range[1]": 4 })).toEqual({ x: [1, 2], y: [3, 4] });
  expect(zoomOf({ "yaxis.range[0]": 3, "yaxis.range[1]": 4 })).toEqual({ y: [3, 4] });
});

test("a change of size is no zoom", () => {
  expect(zoomOf({ autosize: true })).toBeNull();
  expect(zoomOf({ width: 500, height: 300 })).toBeNull();
});
