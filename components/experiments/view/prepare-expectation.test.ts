import { expect, test } from "vitest";
import { solution } from "@/components/testing/solutions";
import { objectiveKeys } from "@/lib/domain/objectives";
import type { Expectation } from "@/lib/experiments/schema";
import { prepareExpectation } from "./prepare-expectation";

const expected = Object.fromEntries(objectiveKeys.map((key) => [key, { ratio: 0.5, low: 0.4, high: 0.6 }])) as Expectation;
const baseline = solution(0, { latency_ms: 4, memory_gb: 4, accuracy: 0.8 });

test("what came stands beside what was expected, and says where it lies outside", () => {
  const rows = prepareExpectation({ expected }, solution(1, { latency_ms: 2, memory_gb: 3 }), baseline);
  const of = (key: string) => rows.find((row) => row.key === key);
  expect(of("latency_ms")).toMatchObject({ expected: "0.500", range: "0.400 to 0.600", came: "0.500", outside: false });
  expect(of("memory_gb")).toMatchObject({ came: "0.750", outside: true });
});

test("nothing came yet, nothing was expected, or only a part was scored", () => {
  expect(prepareExpectation({ expected }, undefined, baseline).every(({ came, outside }) => came === null && !outside)).toBe(true);
  expect(prepareExpectation({ expected: null }, solution(1, {}), baseline)).toEqual([]);
  expect(prepareExpectation({ expected }, solution(1, {}, { partial: true }), baseline)[0]).toMatchObject({ key: "accuracy", came: null, outside: false });
});
