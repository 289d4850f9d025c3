import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Range, Ranges } from "@/components/charts/scene";
import type { Weights } from "@/lib/domain/knee";
import { objectiveKeys } from "@/lib/domain/objectives";
import { addressOf, chartTabs, defaultView, logLevels, readView, sections, withAxis, withMoved, withRange, withSelection, withSort, withToggled, writeView, type ViewState } from "./view-state";

const query = (text: string) => Object.fromEntries(new URLSearchParams(text));

const key = fc.constantFrom(...objectiveKeys);
const keys = fc.uniqueArray(key);
const end = fc.integer({ min: -999, max: 9999 }).map((value) => value / 1000);
const range: fc.Arbitrary<Range> = fc.tuple(fc.option(end), fc.option(end)).filter(([low, high]) => low !== null || high !== null);
const span = fc.tuple(end, end).filter(([low, high]) => low < high);

const anyView: fc.Arbitrary<ViewState> = fc
  .record({
    axes: fc.shuffledSubarray([...objectiveKeys], { minLength: 2, maxLength: 2 }),
    section: fc.constantFrom(...sections),
    tab: fc.constantFrom(...chartTabs),
    z: key,
    order: fc.shuffledSubarray([...objectiveKeys], { minLength: 5, maxLength: 5 }),
    flipped: keys,
    log: keys,
    colour: fc.constantFrom("mark" as const, "method" as const, ...objectiveKeys),
    size: fc.option(key),
    intervals: fc.boolean(),
    frontOnly: fc.boolean(),
    ranges: fc.uniqueArray(fc.tuple(key, range), { selector: ([each]) => each }).map((pairs) => Object.fromEntries(pairs) as Ranges),
    drag: fc.constantFrom("zoom" as const, "filter" as const),
    zoom: fc.option(fc.record({ x: span, y: span })),
    weights: fc.tuple(...objectiveKeys.map(() => fc.integer({ min: 0, max: 10 }))).map((values) => Object.fromEntries(objectiveKeys.map((each, k) => [each, values[k]])) as Weights),
    selected: fc.uniqueArray(fc.nat(9999), { maxLength: 20 }),
    sort: fc.constantFrom("number" as const, ...objectiveKeys),
    descending: fc.boolean(),
    page: fc.nat(200),
    logFilter: fc.record({ of: fc.oneof(fc.nat(9999), fc.constantFrom("lab" as const, "newest" as const)), level: fc.constantFrom(...logLevels), text: fc.string({ maxLength: 50 }) }),
  })
  .map(({ axes, ...rest }) => ({ x: axes[0] as ViewState["x"], y: axes[1] as ViewState["y"], ...rest }));

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
    const view = withRange(withToggled({ ...defaultView, x: "model_size_gb", selected: [0, 3] }, "log", "latency_ms"), "accuracy", [0.61239, null]);
    expect(writeView(view)).toBe("x=size&y=acc&log=lat&f=acc:0.6124..&sel=0,3");
  });

  test("nonsense falls back to the default", () => {
    const text = "section=evil&log-of=-1&level=loud&tab=evil&x=magic&y=lat&axes=acc,acc&sel=a,-1,2,2&sort=evil&f=acc:one..,magic:1..2,lat:..&zoom=2,1,0,1&w=1,2&page=-4&colour=red";
    expect(readView(query(text))).toEqual({ ...defaultView, selected: [2] });
  });
});

describe("changes", () => {
  test("choosing the other axis' objective turns the axes round, and a zoom does not outlive its axes", () => {
    const zoomed = { ...defaultView, zoom: { x: [1, 2], y: [0, 1] } as const };
    expect(withAxis(zoomed, "y", "latency_ms")).toMatchObject({ x: "accuracy", y: "latency_ms", zoom: null });
    expect(withAxis(defaultView, "x", "memory_gb")).toMatchObject({ x: "memory_gb", y: "accuracy" });
    expect(withAxis(zoomed, "x", "latency_ms")).toBe(zoomed);
  });

  test("axes move to a place and stay all there", () => {
    expect(withMoved(defaultView, "accuracy", 2).order).toEqual(["latency_ms", "memory_gb", "accuracy", "model_size_gb", "co2_grams"]);
    expect(withMoved(defaultView, "co2_grams", -1).order[0]).toBe("co2_grams");
    expect(withMoved(defaultView, "accuracy", 99).order).toHaveLength(5);
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

  test("a column starts with its better end on top; sorting and filtering go back to the first page", () => {
    const later = { ...defaultView, page: 4 };
    expect(withSort(later, "accuracy")).toMatchObject({ sort: "accuracy", descending: true, page: 0 });
    expect(withSort(defaultView, "latency_ms")).toMatchObject({ sort: "latency_ms", descending: false });
    expect(withSort(withSort(defaultView, "latency_ms"), "latency_ms").descending).toBe(true);
    expect(withRange(later, "accuracy", [0.5, null])).toMatchObject({ page: 0, ranges: { accuracy: [0.5, null] } });
    expect(withRange(withRange(later, "accuracy", [0.5, null]), "accuracy", null).ranges).toEqual({});
  });
});

test("a shared page stays the one it is, and in its frame, whatever the view", () => {
  const place = { pathname: "/share/1", search: "?of=b&embed=1&x=mem&y=acc" };
  expect(addressOf(defaultView, place)).toBe("/share/1?of=b&embed=1");
  expect(addressOf({ ...defaultView, tab: "parallel" }, place)).toBe("/share/1?tab=parallel&of=b&embed=1");
  expect(addressOf(defaultView, { pathname: "/experiments/1", search: "?tab=matrix" })).toBe("/experiments/1");
});
