import { describe, expect, test } from "vitest";
import { prepareScene, type Filters } from "@/components/charts/scene";
import { figure, solution } from "@/components/testing/solutions";
import { deltaOf, prepareTable } from "./prepare-table";

describe("deltas", () => {
  test("a change outside the interval is better or worse by the objective's direction", () => {
    expect(deltaOf("latency_ms", figure(1, 0.1), figure(2, 0.1))).toEqual({ text: "−50.0 %", arrow: "▼", verdict: "better" });
    expect(deltaOf("accuracy", figure(0.4, 0.01), figure(0.5, 0.01))).toEqual({ text: "−10.0 pt", arrow: "▼", verdict: "worse" });
    expect(deltaOf("memory_gb", figure(3), figure(2))).toMatchObject({ arrow: "▲", verdict: "worse" });
  });

  test("a change inside the interval is neither, whatever its sign", () => {
    expect(deltaOf("accuracy", figure(0.52, 0.02), figure(0.5, 0.02)).verdict).toBe("within");
    expect(deltaOf("latency_ms", figure(1.9, 0.1), figure(2, 0.1)).verdict).toBe("within");
  });

  test("no change has no arrow", () => {
    expect(deltaOf("model_size_gb", figure(2), figure(2))).toEqual({ text: "±0 %", arrow: "", verdict: "within" });
  });
});

describe("rows", () => {
  const solutions = [solution(0, { latency_ms: 3 }), solution(1, { latency_ms: 1 }, { onFront: true }), solution(2, { latency_ms: 2 })];
  const scene = (points = solutions, filters: Partial<Filters> = {}, shares = new Map<number, number>()) => prepareScene(points, { ranges: {}, frontOnly: false, ...filters }, shares);
  const view = { sort: "number", descending: false, page: 0 } as const;

  test("one unit per column; values and spreads apart; no delta for the baseline itself", () => {
    const { scales, rows } = prepareTable(scene(), view);
    expect(scales.model_size_gb.unit).toBe("MB");
    expect(rows[0]?.cells.every((cell) => cell.delta === null)).toBe(true);
    expect(rows[1]?.cells[1]).toMatchObject({ key: "latency_ms", value: "1.00", spread: "0.10" });
    expect(rows[1]?.mark).toBe("front");
  });

  test("what holds for all is said once, the rest in its row, doubts too", () => {
    const labelled = [solution(0, {}, { labels: ["energy: estimate"] }), solution(1, {}, { labels: ["computed dense", "energy: estimate"], onFront: true }), solution(2, {}, { labels: ["energy: estimate"], feasible: false })];
    const { shared, rows } = prepareTable(scene(labelled, {}, new Map([[1, 0.83]])), view);
    expect(shared).toEqual(["energy: estimate"]);
    expect(rows.map((row) => row.labels)).toEqual([[], ["computed dense", "front in 83 % of resamples"], ["breaks a constraint of the goal"]]);
  });

  test("sorting by a figure, both ways, and ties by number", () => {
    const numbers = (change: object) => prepareTable(scene(), { ...view, ...change }).rows.map((row) => row.number);
    expect(numbers({ sort: "latency_ms" })).toEqual([1, 2, 0]);
    expect(numbers({ sort: "latency_ms", descending: true })).toEqual([0, 2, 1]);
    expect(numbers({ sort: "accuracy", descending: true })).toEqual([0, 1, 2]);
  });

  test("only what passes the filters, in pages that say what they are a part of", () => {
    const many = Array.from({ length: 120 }, (_, number) => solution(number, { latency_ms: number }));
    expect(prepareTable(scene(many), { ...view, page: 2 })).toMatchObject({ page: 2, pages: 3, first: 100, total: 120 });
    expect(prepareTable(scene(many), { ...view, page: 2 }).rows).toHaveLength(20);
    const filtered = prepareTable(scene(many, { ranges: { latency_ms: [10, 19] } }), { ...view, page: 2 });
    expect(filtered).toMatchObject({ page: 0, pages: 1, total: 10 });
    expect(filtered.rows[0]?.number).toBe(10);
  });
});
