import type { ScatterView } from "@/components/charts/prepare-scatter";
import { objectiveKeys, type ObjectiveKey } from "@/lib/domain/objectives";

/** What a link to an experiment keeps: axes, switches, selection and order. Defaults are left out of the address. */
export interface ViewState extends ScatterView {
  intervals: boolean;
  byMethod: boolean;
  selected: number[];
  sort: SortKey;
  descending: boolean;
}

export type SortKey = "number" | ObjectiveKey;

export const defaultView: ViewState = {
  x: "latency_ms",
  y: "accuracy",
  logX: false,
  logY: false,
  intervals: true,
  byMethod: false,
  selected: [],
  sort: "number",
  descending: false,
};

type Query = Record<string, string | string[] | undefined>;

/** Reads an address; whatever is not understood falls back to the default, since links outlive versions. */
export function readView(query: Query): ViewState {
  const text = (name: string): string => [query[name]].flat()[0] ?? "";
  const objective = (name: string, fallback: ObjectiveKey): ObjectiveKey => objectiveKeys.find((key) => key === text(name)) ?? fallback;
  const flag = (name: string, fallback: boolean): boolean => (text(name) === "" ? fallback : text(name) === "1");
  const x = objective("x", defaultView.x);
  const y = objective("y", defaultView.y);
  return {
    ...(x === y ? { x: defaultView.x, y: defaultView.y } : { x, y }),
    logX: flag("lx", false),
    logY: flag("ly", false),
    intervals: flag("ci", true),
    byMethod: flag("by", false),
    selected: readSelection(text("sel")),
    sort: text("sort") === "number" ? "number" : (objectiveKeys.find((key) => key === text("sort")) ?? "number"),
    descending: flag("desc", false),
  };
}

function readSelection(text: string): number[] {
  const numbers = text
    .split(",")
    .filter((part) => /^\d{1,4}$/.test(part))
    .map(Number);
  return [...new Set(numbers)].slice(0, 100);
}

export function writeView(state: ViewState): string {
  const search = new URLSearchParams();
  if (state.x !== defaultView.x || state.y !== defaultView.y) {
    search.set("x", state.x);
    search.set("y", state.y);
  }
  if (state.logX) search.set("lx", "1");
  if (state.logY) search.set("ly", "1");
  if (!state.intervals) search.set("ci", "0");
  if (state.byMethod) search.set("by", "1");
  if (state.selected.length > 0) search.set("sel", state.selected.join(","));
  if (state.sort !== "number") search.set("sort", state.sort);
  if (state.descending) search.set("desc", "1");
  // Commas are allowed in a query and keep the address readable.
  return search.toString().replaceAll("%2C", ",");
}

/** Choosing the objective of the other axis turns the two round, so that they never show the same one. */
export function withAxis(state: ViewState, axis: "x" | "y", key: ObjectiveKey): ViewState {
  const other = axis === "x" ? "y" : "x";
  if (state[other] === key) return { ...state, x: state.y, y: state.x, logX: state.logY, logY: state.logX };
  return { ...state, [axis]: key };
}

/** A plain click selects one, and clears it when it was the only one; with shift one is added or taken away. */
export function withSelection(state: ViewState, number: number, add: boolean): ViewState {
  const has = state.selected.includes(number);
  if (add) return { ...state, selected: has ? state.selected.filter((each) => each !== number) : [...state.selected, number] };
  return { ...state, selected: has && state.selected.length === 1 ? [] : [number] };
}

/** The same column again turns the order; a new one starts with its better end on top. */
export function withSort(state: ViewState, sort: SortKey): ViewState {
  if (state.sort === sort) return { ...state, descending: !state.descending };
  return { ...state, sort, descending: sort === "accuracy" };
}
