import type { PlanChange, PlanItemView } from "@/lib/planning/plan/schema";

/** The plan as it will be, shown before the server has answered. A new item has no id of its own yet. */
export function applyChange(items: readonly PlanItemView[], change: PlanChange): PlanItemView[] {
  if (change.change === "restore") return [...items];
  if (change.change === "add") return insert(items, { id: "new", text: change.text, status: "todo", author: "person", evidence: [] }, change.before ?? null);
  const item = items.find(({ id }) => id === change.item);
  if (!item) return [...items];
  const others = items.filter(({ id }) => id !== change.item);
  if (change.change === "remove") return others;
  if (change.change === "move") return insert(others, item, change.before);
  const edited: PlanItemView = { ...item, author: "person", text: change.text ?? item.text, status: change.status ?? item.status };
  return items.map((each) => (each.id === change.item ? edited : each));
}

function insert(items: readonly PlanItemView[], item: PlanItemView, before: string | null): PlanItemView[] {
  const at = before ? items.findIndex(({ id }) => id === before) : -1;
  return items.toSpliced(at < 0 ? items.length : at, 0, item);
}

/** What takes a change back; null where nothing can. `after` is the plan that the server answered with. */
export function inverseOf(before: readonly PlanItemView[], change: PlanChange, after: readonly PlanItemView[]): PlanChange | null {
  if (change.change === "add") {
    const known = new Set(before.map(({ id }) => id));
    const added = after.find(({ id, text }) => !known.has(id) && text === change.text.trim());
    return added ? { change: "remove", item: added.id } : null;
  }
  if (change.change === "remove") return { change: "restore", item: change.item };
  if (change.change === "restore") return { change: "remove", item: change.item };
  const index = before.findIndex(({ id }) => id === change.item);
  const item = before[index];
  if (!item) return null;
  if (change.change === "move") return { change: "move", item: item.id, before: before[index + 1]?.id ?? null };
  return { change: "edit", item: item.id, text: item.text, status: item.status };
}

/** The item that a moved one is to stand before; undefined where it cannot go further. */
export function neighbour(items: readonly PlanItemView[], id: string, direction: "up" | "down"): string | null | undefined {
  const index = items.findIndex((item) => item.id === id);
  if (direction === "up") return index > 0 ? items[index - 1]?.id : undefined;
  return index < items.length - 1 ? (items[index + 2]?.id ?? null) : undefined;
}
