import fc from "fast-check";
import { describe, expect, it } from "vitest";
import fixture from "./fixtures/pareto-cases.json";
import { objectiveKeys, type Direction, type Figures } from "./objectives";
import { dominates, frontOf, improvesFront, meetFront, paretoFront, vectorOf, type Identified, type Intervals } from "./pareto";
import { figuresArbitrary } from "./testing/arbitraries";

const itemsArbitrary = fc
  .array(figuresArbitrary, { maxLength: 25 })
  .map((list) => list.map((figures, id): Identified<number> => ({ id, figures })));

describe("dominance", () => {
  it("is strict: nothing dominates itself", () => {
    fc.assert(fc.property(figuresArbitrary, (a) => !dominates(vectorOf(a), vectorOf(a))));
  });

  it("is asymmetric and transitive", () => {
    fc.assert(
      fc.property(figuresArbitrary, figuresArbitrary, figuresArbitrary, (x, y, z) => {
        const [a, b, c] = [vectorOf(x), vectorOf(y), vectorOf(z)];
        expect(dominates(a, b) && dominates(b, a)).toBe(false);
        if (dominates(a, b) && dominates(b, c)) expect(dominates(a, c)).toBe(true);
      }),
    );
  });

  it("follows each objective's direction", () => {
    const directions: Direction[] = ["max", "min"];
    expect(dominates([2, 1], [1, 2], directions)).toBe(true);
    expect(dominates([1, 1], [2, 2], directions)).toBe(false);
    expect(paretoFront([[1, 1], [2, 2], [1, 2]], directions)).toEqual([0, 1]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])("refuses %s", (value) => {
    const good = { accuracy: 1, latency_ms: 1, memory_gb: 1, model_size_gb: 1, co2_grams: 1 };
    const bad = { ...good, memory_gb: value };
    expect(() => dominates(vectorOf(good), vectorOf(bad))).toThrow(RangeError);
    expect(() => frontOf([{ id: 1, figures: bad }])).toThrow(RangeError);
  });

  it("refuses points of another length", () => {
    expect(() => dominates([1, 2], [1, 2, 3], ["max", "min"])).toThrow(/2 objectives/);
  });
});

describe("front", () => {
  it("is the same when points come one after the other", () => {
    fc.assert(
      fc.property(itemsArbitrary, (items) => {
        let front: Identified<number>[] = [];
        for (const item of items) {
          const { joins, beaten } = meetFront(item.figures, front);
          front = [...front.filter(({ id }) => !beaten.includes(id)), ...(joins ? [item] : [])];
        }
        expect(new Set(front.map(({ id }) => id))).toEqual(frontOf(items));
      }),
    );
    expect(() => meetFront({ accuracy: 1, latency_ms: Number.NaN, memory_gb: 1, model_size_gb: 1, co2_grams: 1 }, [])).toThrow(RangeError);
  });

  it.each(fixture.cases)("matches the fixture: $name", ({ points, front }) => {
    expect(paretoFront((points as Figures[]).map(vectorOf))).toEqual(front);
  });

  it("holds exactly the points that none dominates, and covers the rest", () => {
    fc.assert(
      fc.property(itemsArbitrary, (items) => {
        const front = frontOf(items);
        for (const item of items) {
          const dominators = items.filter((other) => dominates(vectorOf(other.figures), vectorOf(item.figures)));
          expect(front.has(item.id)).toBe(dominators.length === 0);
          if (dominators.length > 0) expect(dominators.some((other) => front.has(other.id))).toBe(true);
        }
      }),
    );
  });

  it("does not depend on the order, and is its own front", () => {
    fc.assert(
      fc.property(itemsArbitrary, (items) => {
        const front = frontOf(items);
        expect(frontOf([...items].reverse())).toEqual(front);
        expect(frontOf(items.filter((item) => front.has(item.id)))).toEqual(front);
      }),
    );
  });
});

describe("improvesFront", () => {
  const all = (low: number, high: number, changed: Partial<Intervals> = {}): Intervals => ({
    ...(Object.fromEntries(objectiveKeys.map((key) => [key, { low, high }])) as Intervals),
    ...changed,
  });

  it("asks for a gain beyond both intervals against every known solution", () => {
    const known = [all(0.9, 1.1), all(0.9, 1.1, { model_size_gb: { low: 0.5, high: 0.5 } })];
    expect(improvesFront(all(0.9, 1.1, { latency_ms: { low: 0.85, high: 0.95 } }), known)).toBe(false);
    expect(improvesFront(all(0.9, 1.1, { latency_ms: { low: 0.6, high: 0.8 } }), known)).toBe(true);
    expect(improvesFront(all(0.9, 1.1, { model_size_gb: { low: 0.7, high: 0.7 } }), known)).toBe(false);
    expect(improvesFront(all(0.9, 1.1, { accuracy: { low: 1.2, high: 1.3 } }), known)).toBe(true);
  });

  it("holds for the first solution of all", () => {
    expect(improvesFront(all(1, 1), [])).toBe(true);
  });
});
