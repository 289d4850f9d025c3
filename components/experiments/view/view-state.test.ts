import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { objectiveKeys } from "@/lib/domain/objectives";
import { defaultView, readView, withAxis, withSelection, withSort, writeView, type ViewState } from "./view-state";

const query = (text: string) => Object.fromEntries(new URLSearchParams(text));

const anyView: fc.Arbitrary<ViewState> = fc.record({
  axes: fc.shuffledSubarray([...objectiveKeys], { minLength: 2, maxLength: 2 }),
  logX: fc.boolean(),
  logY: fc.boolean(),
  intervals: fc.boolean(),
  byMethod: fc.boolean(),
  selected: fc.uniqueArray(fc.nat(9999), { maxLength: 20 }),
  sort: fc.constantFrom("number" as const, ...objectiveKeys),
  descending: fc.boolean(),
}).map(({ axes, ...rest }) => ({ x: axes[0] as ViewState["x"], y: axes[1] as ViewState["y"], ...rest }));

describe("the address", () => {
  test("keeps every view", () => {
    fc.assert(
      fc.property(anyView, (view) => {
        expect(readView(query(writeView(view)))).toEqual(view);
      }),
    );
  });

  test("is empty for the default and readable for the rest", () => {
    expect(writeView(defaultView)).toBe("");
    expect(writeView({ ...defaultView, x: "model_size_gb", logX: true, selected: [0, 3] })).toBe("x=model_size_gb&y=accuracy&lx=1&sel=0,3");
  });

  test("nonsense falls back to the default", () => {
    expect(readView(query("x=magic&y=latency_ms&sel=a,-1,2,2&sort=evil&lx=maybe"))).toEqual({ ...defaultView, selected: [2] });
  });
});

describe("changes", () => {
  test("choosing the other axis' objective turns the axes round", () => {
    expect(withAxis({ ...defaultView, logX: true }, "y", "latency_ms")).toMatchObject({ x: "accuracy", y: "latency_ms", logX: false, logY: true });
    expect(withAxis(defaultView, "x", "memory_gb")).toMatchObject({ x: "memory_gb", y: "accuracy" });
  });

  test("click selects, click again clears, shift adds and takes away", () => {
    const one = withSelection(defaultView, 3, false);
    expect(one.selected).toEqual([3]);
    expect(withSelection(one, 3, false).selected).toEqual([]);
    const two = withSelection(one, 5, true);
    expect(two.selected).toEqual([3, 5]);
    expect(withSelection(two, 3, true).selected).toEqual([5]);
    expect(withSelection(two, 3, false).selected).toEqual([3]);
  });

  test("a column starts with its better end on top", () => {
    expect(withSort(defaultView, "accuracy")).toMatchObject({ sort: "accuracy", descending: true });
    expect(withSort(defaultView, "latency_ms")).toMatchObject({ sort: "latency_ms", descending: false });
    expect(withSort(withSort(defaultView, "latency_ms"), "latency_ms").descending).toBe(true);
  });
});
