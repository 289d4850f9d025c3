import { expect, test } from "vitest";
import { solution } from "@/components/testing/solutions";
import { columnsOf } from "./columns";

const three = [solution(0, { accuracy: 0.7 }), solution(1, { accuracy: 0.9 }), solution(2, { accuracy: 0.8 })];
const fresh = (points: typeof three) => columnsOf(structuredClone(points));

test("each objective's figures stand in the order of the points", () => {
  const { accuracy } = columnsOf(three);
  expect([...accuracy.value]).toEqual([0.7, 0.9, 0.8]);
  expect([accuracy.least, accuracy.most]).toEqual([0.7, 0.9]);
  expect(accuracy.low[1]).toBe(three[1]?.figures.accuracy.low);
  expect(columnsOf(three)).toBe(columnsOf(three));
  expect(columnsOf([]).accuracy).toMatchObject({ least: Infinity, most: -Infinity });
});

test("a list that has grown, or in which the front moved, is as one that is read whole", () => {
  columnsOf(three);
  const grown = [...three.map((point) => ({ ...point, onFront: !point.onFront })), solution(3, { accuracy: 0.95 })];
  expect(columnsOf(grown)).toEqual(fresh(grown));
});

test("another list, or a shorter one, takes over nothing", () => {
  columnsOf(three);
  const other = [three[0]!, solution(1, { accuracy: 0.1 }), three[2]!];
  expect(columnsOf(other)).toEqual(fresh(other));
  const shorter = three.slice(0, 2);
  expect(columnsOf(shorter)).toEqual(fresh(shorter));
});
