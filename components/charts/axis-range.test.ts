import { expect, test } from "vitest";
import { testView } from "@/lib/experiments/testing/views";
import { objectiveKeys } from "@/lib/domain/objectives";
import { describeEnd, rangeAfterKey, rangeHeights, rangeOf } from "./axis-range";
import { prepareParallel, type ParallelAxis } from "./prepare-parallel";
import type { Range } from "./scene";

const { axes } = prepareParallel(testView().solutions, { order: objectiveKeys, flipped: [], log: [] });
const [accuracy, latency] = axes as [ParallelAxis, ParallelAxis];
const key = (name: string, shiftKey = false) => ({ key: name, shiftKey });

function pressed(axis: ParallelAxis, range: Range | null, end: "bottom" | "top", ...keys: ReturnType<typeof key>[]): Range | null | undefined {
  return keys.reduce<Range | null | undefined>((before, each) => rangeAfterKey(axis, before ?? null, end, each), range);
}

test("arrow keys move an end by a hundredth of the axis, with shift by a tenth, and leave the other end open", () => {
  const once = pressed(accuracy, null, "top", key("ArrowDown")) as Range;
  expect(once[0]).toBeNull();
  expect(rangeHeights(accuracy, once)?.top).toBeCloseTo(0.99);
  const twice = pressed(accuracy, once, "bottom", key("ArrowUp", true)) as Range;
  expect(rangeHeights(accuracy, twice)).toEqual({ bottom: expect.closeTo(0.1) as number, top: expect.closeTo(0.99) as number });
});

test("up is up on an axis whose low end is on top", () => {
  const [low, high] = pressed(latency, null, "bottom", key("ArrowUp", true)) as Range;
  expect(low).toBeNull();
  expect(high).toBeLessThan(latency.domain[1]);
});

test("an end stops at the other one and opens at the axis' end", () => {
  const narrow = rangeOf(accuracy, 0.5, 0.55);
  expect(rangeHeights(accuracy, pressed(accuracy, narrow, "bottom", key("PageUp")) as Range)).toEqual({ bottom: expect.closeTo(0.55) as number, top: expect.closeTo(0.55) as number });
  expect((pressed(accuracy, narrow, "top", key("End")) as Range)[1]).toBeNull();
  expect(pressed(accuracy, narrow, "top", key("End"))).not.toBeNull();
});

test("delete clears, and other keys mean nothing", () => {
  expect(rangeAfterKey(accuracy, [0.5, 0.6], "top", key("Delete"))).toBeNull();
  expect(rangeAfterKey(accuracy, [0.5, 0.6], "top", key("a"))).toBeUndefined();
});

test("an end says what it is and where it stands, in the axis' unit", () => {
  expect(describeEnd(accuracy, null, "top")).toEqual({ label: "Most Accuracy", text: "no limit", percent: 100 });
  const { label, text } = describeEnd(latency, [null, 1.5], "bottom");
  expect(label).toBe("Most Latency");
  expect(text).toMatch(/^1\.5/);
});
