import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kneeOf } from "./knee";
import type { Figures } from "./objectives";
import { frontOf } from "./pareto";
import { figuresArbitrary } from "./testing/arbitraries";

const at = (accuracy: number, cost: number): Figures => ({
  accuracy,
  latency_ms: cost,
  memory_gb: cost,
  model_size_gb: cost,
  co2_grams: cost,
});

describe("knee", () => {
  it("is null for nothing and the only point for one", () => {
    expect(kneeOf([])).toBeNull();
    expect(kneeOf([{ id: "a", figures: at(0.5, 1) }])).toBe("a");
  });

  it("takes the bend rather than an end", () => {
    const items = [
      { id: "full", figures: at(0.9, 10) },
      { id: "bend", figures: at(0.88, 3) },
      { id: "tiny", figures: at(0.6, 1) },
    ];
    expect(kneeOf(items)).toBe("bend");
  });

  it("is not drawn to a broken model", () => {
    const items = [
      { id: "full", figures: at(0.8, 10) },
      { id: "bend", figures: at(0.78, 5) },
      { id: "small", figures: at(0.7, 4.5) },
      { id: "broken", figures: at(0.2, 0.1) },
    ];
    expect(kneeOf(items, at(0.8, 10))).toBe("bend");
  });

  it("is always on the front", () => {
    fc.assert(
      fc.property(fc.array(figuresArbitrary, { minLength: 1, maxLength: 20 }), (list) => {
        const items = list.map((figures, id) => ({ id, figures }));
        expect(frontOf(items).has(kneeOf(items) as number)).toBe(true);
      }),
    );
  });
});
