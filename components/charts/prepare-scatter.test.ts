import { describe, expect, test } from "vitest";
import { solution } from "@/components/testing/solutions";
import { growRange, prepareScatter } from "./prepare-scatter";

const view = { x: "latency_ms", y: "accuracy", logX: false, logY: false } as const;
const solutions = [
  solution(0, { accuracy: 0.6, latency_ms: 4 }),
  solution(1, { accuracy: 0.5, latency_ms: 2 }, { onFront: true }),
  solution(2, { accuracy: 0.4, latency_ms: 3 }),
];

describe("marks and line", () => {
  test("the baseline is a baseline, on the front or not; the others follow all five objectives", () => {
    expect(prepareScatter(solutions, view, 0).points.map((point) => point.mark)).toEqual(["baseline", "front", "dominated"]);
  });

  test("the line joins what is best by the two axes alone", () => {
    expect(prepareScatter(solutions, view, 0).line).toEqual({ x: [2, 4], y: [0.5, 0.6], shape: "hv" });
    const turned = prepareScatter(solutions, { ...view, x: "accuracy", y: "latency_ms" }, 0);
    expect(turned.line).toEqual({ x: [0.5, 0.6], y: [2, 4], shape: "vh" });
  });
});

describe("axes", () => {
  test("the title says unit and better direction, and one unit fits the largest value", () => {
    const model = prepareScatter(solutions, { ...view, x: "model_size_gb" }, 0);
    expect(model.xAxis.title).toBe("Size, MB ↓ better");
    expect(model.yAxis.title).toBe("Accuracy ↑ better");
    expect(model.points[0]?.x).toBeCloseTo(20);
  });

  test("the range holds every interval, in logarithms on a logarithmic axis", () => {
    const [low, high] = prepareScatter(solutions, view, 0).xAxis.range;
    expect(low).toBeLessThan(1.9);
    expect(high).toBeGreaterThan(4.1);
    const [logLow, logHigh] = prepareScatter(solutions, { ...view, logX: true }, 0).xAxis.range;
    expect(logLow).toBeLessThan(Math.log10(1.9));
    expect(logHigh).toBeGreaterThan(Math.log10(4.1));
    expect(logHigh).toBeLessThan(1);
  });

  test("a single point and no point at all still give a range with room", () => {
    for (const some of [[], [solution(0, {})], [solution(0, { accuracy: 0 })]]) {
      const { xAxis, yAxis } = prepareScatter(some, view, 0);
      for (const { range } of [xAxis, yAxis]) expect(range[1]).toBeGreaterThan(range[0]);
    }
  });

  test("live ranges only grow", () => {
    expect(growRange(null, [1, 2])).toEqual([1, 2]);
    expect(growRange([1, 4], [2, 3])).toEqual([1, 4]);
    expect(growRange([1, 4], [0, 5])).toEqual([0, 5]);
  });
});

describe("what is left out", () => {
  test("nothing needs no words", () => {
    expect(prepareScatter(solutions, view, 0).omitted).toEqual([]);
  });

  test("zeros on a logarithmic axis and failed episodes are named", () => {
    const model = prepareScatter([...solutions, solution(3, { accuracy: 0 })], { ...view, logY: true }, 2);
    expect(model.points.map((point) => point.number)).toEqual([0, 1, 2]);
    expect(model.omitted).toEqual(["1 at zero or below, which a logarithmic axis cannot show", "2 failed episodes, which have no figures"]);
  });

  test("an interval that reaches zero is cut on a logarithmic axis", () => {
    const model = prepareScatter([solution(0, { accuracy: 0.01 })], { ...view, logY: true }, 0);
    expect(model.points[0]?.yError[0]).toBeLessThan(0.01);
  });
});
