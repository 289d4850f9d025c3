import { describe, expect, it } from "vitest";
import { frontShares, resampleFront, type FrontResamples, type Uncertain } from "./front-shares";
import { objectiveKeys, type ObjectiveKey } from "./objectives";

function item(id: number, accuracy: number, cost: number, half = 0): Uncertain {
  const range = (value: number) => ({ value, low: value - half, high: value + half });
  return { id, figures: Object.fromEntries(objectiveKeys.map((key) => [key, range(key === "accuracy" ? accuracy : cost)])) as Record<ObjectiveKey, ReturnType<typeof range>> };
}

describe("how often a solution is on the front", () => {
  it("is always or never without intervals", () => {
    const { shares } = frontShares([item(0, 0.8, 2), item(1, 0.7, 1), item(2, 0.6, 1.5)]);
    expect([0, 1, 2].map((id) => Math.round((shares.get(id) ?? NaN) * 1000) / 1000)).toEqual([1, 1, 0]);
  });

  it("says that a point which is ahead by a hair is not surely on the front", () => {
    const { shares, resamples } = frontShares([item(0, 0.8, 1, 0.1), item(1, 0.799, 1.001, 0.1), item(2, 0.1, 9, 0.1)]);
    expect(resamples).toBe(200);
    expect(shares.get(0)).toBeGreaterThan(0.9);
    expect(shares.get(1)).toBeGreaterThan(0.9);
    expect(shares.get(2)).toBe(0);
  });

  it("is the share of draws in which one of two is ahead, where one objective decides", () => {
    const only = (id: number, accuracy: number, half: number): Uncertain => {
      const made = item(id, accuracy, 1);
      return { ...made, figures: { ...made.figures, accuracy: { value: accuracy, low: accuracy - half, high: accuracy + half } } };
    };
    const { shares } = frontShares([only(0, 0.5, 0.02), only(1, 0.5, 0.02)]);
    expect((shares.get(0) ?? 0) + (shares.get(1) ?? 0)).toBeCloseTo(1);
    expect(Math.abs((shares.get(0) ?? 0) - 0.5)).toBeLessThan(0.15);
  });

  it("is the same when solutions come one after the other", () => {
    const all = [item(0, 0.8, 2, 0.1), item(1, 0.78, 2.02, 0.1), item(2, 0.81, 2.1, 0.1), item(3, 0.7, 1.8, 0.1)];
    const rounds = resampleFront(all.slice(0, 2));
    let step = rounds.next();
    while (!step.done) step = rounds.next();
    const grown: FrontResamples = step.value;
    grown.add(all.slice(2));
    expect(grown.result()).toEqual(frontShares(all));
  });

  it("is the same for the same seed, whoever else has come", () => {
    const some = [item(0, 0.8, 2, 0.1), item(1, 0.78, 2.02, 0.1)];
    const { shares } = frontShares(some, 3);
    expect(frontShares(some, 3).shares).toEqual(shares);
    expect(frontShares([...some, item(2, 0.1, 9, 0.01)], 3).shares.get(1)).toBe(shares.get(1));
  });
});
