import { expect, test } from "vitest";
import { mergeChanges, type ExperimentChanges, type ExperimentPageView, type SolutionPoint } from "./page-schema";

const point = (number: number, onFront: boolean) => ({ number, onFront, label: `s${number}` }) as SolutionPoint;
const trace = (number: number, status: "evaluating" | "done") => ({ number, status, hypervolume: null });
const view = (lastSeq: number, solutions: SolutionPoint[], statuses: ("evaluating" | "done")[]) =>
  ({ lastSeq, solutions, trace: statuses.map((status, number) => trace(number, status)), episodes: [] }) as unknown as ExperimentPageView;
const changes = (lastSeq: number, part: Partial<ExperimentChanges>) => ({ lastSeq, solutions: [], trace: [], episodes: [], front: [], ...part }) as unknown as ExperimentChanges;

test("a newcomer is appended, takes others off the front, and its episode is replaced in place", () => {
  const before = view(5, [point(0, true), point(1, true)], ["done", "done", "evaluating"]);
  const after = mergeChanges(before, changes(8, { solutions: [point(2, true)], trace: [trace(2, "done")], front: [0, 2] }));
  expect(after.solutions.map(({ number, onFront }) => [number, onFront])).toEqual([[0, true], [1, false], [2, true]]);
  expect(after.trace.map(({ status }) => status)).toEqual(["done", "done", "done"]);
  expect(after.solutions[0]).toBe(before.solutions[0]);
});

test("the same changes twice make no difference, and older ones are ignored", () => {
  const change = changes(8, { solutions: [point(1, true)], front: [0, 1] });
  const once = mergeChanges(view(5, [point(0, true)], ["done"]), change);
  expect(mergeChanges(once, change)).toBe(once);
  expect(mergeChanges(once, { ...change, lastSeq: 9 }).solutions).toEqual(once.solutions);
  expect(mergeChanges(once, changes(6, { front: [] }))).toBe(once);
});

test("a list of solutions in which nothing changed stays the same one", () => {
  const before = view(5, [point(0, true), point(1, false)], ["done", "done"]);
  expect(mergeChanges(before, changes(6, { trace: [trace(2, "evaluating")], front: [0] })).solutions).toBe(before.solutions);
});
