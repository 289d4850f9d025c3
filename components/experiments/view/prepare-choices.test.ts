import { expect, test } from "vitest";
import { solution } from "@/components/testing/solutions";
import { equalWeights } from "@/lib/domain/knee";
import { prepareChoice } from "./prepare-choices";

const points = [
  solution(0, { accuracy: 0.6, latency_ms: 4, memory_gb: 4, model_size_gb: 4, co2_grams: 4 }, { onFront: true }),
  solution(1, { accuracy: 0.58, latency_ms: 2, memory_gb: 2, model_size_gb: 2, co2_grams: 2 }, { onFront: true }),
  solution(2, { accuracy: 0.35, latency_ms: 1.8, memory_gb: 1.8, model_size_gb: 1.8, co2_grams: 1.8 }, { onFront: true }),
  solution(3, { accuracy: 0.3, latency_ms: 3 }),
];
const scene = { points, baseline: points[0] };

test("nothing is proposed while there is nothing to choose from", () => {
  expect(prepareChoice({ points: [], baseline: undefined }, equalWeights, {})).toBeNull();
  expect(prepareChoice(scene, equalWeights, { accuracy: [0.99, null] })).toBeNull();
});

test("with equal weights it is the knee, with its trade against its neighbours", () => {
  const choice = prepareChoice(scene, equalWeights, {});
  expect(choice).toMatchObject({ number: 1, isKnee: true, candidates: 3 });
  expect(choice?.deltas).toHaveLength(5);
  expect(choice?.why[0]).toBe("Of 3 points of the front it comes nearest to the best of each objective, with all five counted alike.");
  expect(choice?.why.slice(1).every((line) => line.startsWith("Against #"))).toBe(true);
});

test("weights and limits move it", () => {
  const only = (key: string) => ({ ...equalWeights, accuracy: 0, latency_ms: 0, memory_gb: 0, model_size_gb: 0, co2_grams: 0, [key]: 5 });
  expect(prepareChoice(scene, only("accuracy"), {})?.number).toBe(0);
  expect(prepareChoice(scene, only("model_size_gb"), {})?.number).toBe(2);
  expect(prepareChoice(scene, only("model_size_gb"), { accuracy: [0.5, null] })?.number).toBe(1);
  expect(prepareChoice(scene, only("latency_ms"), {})?.why[0]).toContain("with latency counted most");
  expect(prepareChoice(scene, equalWeights, { accuracy: [0.59, null] })?.why[0]).toBe("It is the only point of the front within the limits.");
});

test("one that is best at several stands once; dominated points never", () => {
  expect(prepareChoice(scene, equalWeights, {})?.proposals.map(({ number, titles }) => [number, titles])).toEqual([
    [0, ["most accurate"]],
    [2, ["fastest", "least memory", "smallest", "least CO2"]],
  ]);
});
