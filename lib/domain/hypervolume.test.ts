import fc from "fast-check";
import { describe, expect, it } from "vitest";
import fixture from "./fixtures/pareto-cases.json";
import { addedHypervolume, addedVolume, baselineProblem, hypervolume, normalise, referenceOf, volumeAboveOrigin } from "./hypervolume";
import type { Figures } from "./objectives";
import { dominates, frontOf, vectorOf } from "./pareto";
import { figuresArbitrary } from "./testing/arbitraries";

const baseline: Figures = { accuracy: 1, latency_ms: 1, memory_gb: 1, model_size_gb: 1, co2_grams: 1 };

/** Volume of a union of boxes by inclusion and exclusion; exponential, so for a handful of points only. */
function byInclusionExclusion(points: number[][]): number {
  let total = 0;
  for (let mask = 1; mask < 1 << points.length; mask++) {
    const chosen = points.filter((_, i) => mask & (1 << i));
    const box = (chosen[0] as number[]).map((_, k) => Math.min(...chosen.map((point) => point[k] as number)));
    total += (chosen.length % 2 === 1 ? 1 : -1) * box.reduce((product, side) => product * side, 1);
  }
  return total;
}

describe("hypervolume", () => {
  it.each(fixture.cases)("matches the fixture: $name", ({ points, baseline: base, hypervolume: expected }) => {
    expect(hypervolume(points as Figures[], base as Figures)).toBeCloseTo(expected, 12);
  });

  it("has the documented reference", () => {
    expect(referenceOf({ ...baseline, accuracy: 0.7, co2_grams: 1e-5 })).toEqual(fixture.reference);
  });

  it("agrees with inclusion and exclusion in 1 to 5 dimensions", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }).chain((dimensions) =>
          fc.array(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: dimensions, maxLength: dimensions }), {
            minLength: 1,
            maxLength: 7,
          }),
        ),
        (points) => {
          expect(volumeAboveOrigin(points)).toBeCloseTo(byInclusionExclusion(points), 6);
        },
      ),
    );
  });

  it("never falls when a point is added, and grows when the point is new to the front and inside", () => {
    fc.assert(
      fc.property(fc.array(figuresArbitrary, { maxLength: 12 }), figuresArbitrary, (points, point) => {
        const before = hypervolume(points, baseline);
        const after = hypervolume([...points, point], baseline);
        expect(after).toBeGreaterThanOrEqual(before - 1e-12);
        const [accuracy, ...costs] = vectorOf(point) as [number, ...number[]];
        const inside = accuracy > 0.5 && costs.every((cost) => cost < 1.1);
        const equal = points.some((other) => vectorOf(other).join() === vectorOf(point).join());
        const dominated = points.some((other) => dominates(vectorOf(other), vectorOf(point)));
        if (inside && !equal && !dominated) expect(after).toBeGreaterThan(before);
      }),
    );
  });

  it("depends on the front only, not on order or units", () => {
    fc.assert(
      fc.property(fc.array(figuresArbitrary, { maxLength: 12 }), fc.double({ min: 0.01, max: 100, noNaN: true }), (points, factor) => {
        const all = hypervolume(points, baseline);
        const front = frontOf(points.map((figures, id) => ({ id, figures })));
        expect(hypervolume(points.filter((_, id) => front.has(id)).reverse(), baseline)).toBeCloseTo(all, 12);
        const scale = (figures: Figures): Figures => ({ ...figures, latency_ms: figures.latency_ms * factor });
        // A point exactly on the reference may fall to either side by rounding; it adds next to nothing.
        expect(hypervolume(points.map(scale), scale(baseline))).toBeCloseTo(all, 9);
      }),
    );
  });

  it("finds what one point adds as the difference of two volumes", () => {
    const point = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(point, fc.array(point, { maxLength: 8 }), (one, others) => {
        const difference = volumeAboveOrigin([...others, one]) - volumeAboveOrigin(others);
        expect(addedVolume(one, others)).toBeCloseTo(difference, 6);
      }),
    );
  });

  it("grows by what each newcomer adds to the front that it meets", () => {
    fc.assert(
      fc.property(fc.array(figuresArbitrary, { maxLength: 12 }), (points) => {
        let grown = 0;
        points.forEach((point, index) => {
          const known = points.slice(0, index);
          const front = frontOf(known.map((figures, id) => ({ id, figures })));
          grown += addedHypervolume(point, known.filter((_, id) => front.has(id)), baseline);
        });
        expect(grown).toBeCloseTo(hypervolume(points, baseline), 9);
      }),
    );
  });

  it("handles 200 points that are all on the front", () => {
    let state = 1;
    const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
    const points = Array.from({ length: 200 }, () => {
      const parts = Array.from({ length: 5 }, () => -Math.log(random()));
      const length = Math.hypot(...parts);
      return parts.map((part) => part / length);
    });
    const volume = volumeAboveOrigin(points);
    expect(volume).toBeGreaterThan(0);
    expect(volume).toBeLessThan(1);
  });

  it("refuses a baseline that nothing can be divided by, and says which figure", () => {
    expect(baselineProblem(baseline)).toBeNull();
    expect(baselineProblem({ ...baseline, accuracy: 0 })).toMatch(/accuracy is 0/);
    expect(() => hypervolume([baseline], { ...baseline, memory_gb: 0 })).toThrow(/memory is 0/);
    expect(() => normalise({ ...baseline, co2_grams: Number.NaN }, baseline)).toThrow(/co2_grams/);
  });
});
