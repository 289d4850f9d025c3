import { expect, test } from "vitest";
import type { PlanChange, PlanItemView } from "@/lib/planning/plan/schema";
import { applyChange, inverseOf, neighbour } from "./apply-change";

const item = (id: string): PlanItemView => ({ id, text: id, status: "todo", author: "planner", evidence: [] });
const plan = ["a", "b", "c"].map(item);
const ids = (items: readonly PlanItemView[]): string => items.map(({ id }) => id).join("");

test("a change is shown at once as the server will answer it", () => {
  expect(ids(applyChange(plan, { change: "move", item: "c", before: "a" }))).toBe("cab");
  expect(ids(applyChange(plan, { change: "move", item: "a", before: null }))).toBe("bca");
  expect(ids(applyChange(plan, { change: "remove", item: "b" }))).toBe("ac");
  expect(applyChange(plan, { change: "add", text: "x", before: "b" }).map(({ text }) => text)).toEqual(["a", "x", "b", "c"]);
  expect(applyChange(plan, { change: "edit", item: "b", status: "skipped" })[1]).toEqual({ ...item("b"), status: "skipped", author: "person" });
});

test.each<PlanChange>([
  { change: "move", item: "a", before: "c" },
  { change: "move", item: "c", before: "a" },
  { change: "move", item: "b", before: null },
])("a move is taken back: %o", (change) => {
  const after = applyChange(plan, change);
  const inverse = inverseOf(plan, change, after);
  expect(inverse && ids(applyChange(after, inverse))).toBe("abc");
});

test("an edit, an addition and a deletion are taken back", () => {
  expect(inverseOf(plan, { change: "edit", item: "a", text: "z" }, [])).toEqual({ change: "edit", item: "a", text: "a", status: "todo" });
  expect(inverseOf(plan, { change: "remove", item: "a" }, [])).toEqual({ change: "restore", item: "a" });
  expect(inverseOf(plan, { change: "add", text: "d" }, [...plan, item("d")])).toEqual({ change: "remove", item: "d" });
});

test("an item at an end goes no further", () => {
  expect([neighbour(plan, "a", "up"), neighbour(plan, "c", "down")]).toEqual([undefined, undefined]);
  expect([neighbour(plan, "b", "up"), neighbour(plan, "a", "down"), neighbour(plan, "b", "down")]).toEqual(["a", "c", null]);
});
