import { expect, test } from "vitest";
import { crumbsOf } from "./breadcrumb";

const labels = (path: string) => crumbsOf(path).map(({ label, href }) => [label, href]);

test("a page below an experiment leads back to it", () => {
  const experiment = "/experiments/01a1fffd-6e79-746f-aa85-f276bad8076c";
  expect(labels(`${experiment}/solutions/5`)).toEqual([["Experiments", "/experiments"], ["01a1fffd", experiment], ["Solution 5", `${experiment}/solutions/5`]]);
  expect(labels(`${experiment}/report`).at(-1)).toEqual(["Report", `${experiment}/report`]);
  expect(labels(experiment)).toHaveLength(2);
  expect(labels("/experiments/new")).toEqual([["Experiments", "/experiments"], ["New", "/experiments/new"]]);
  expect(labels("/settings/people")).toHaveLength(2);
});
