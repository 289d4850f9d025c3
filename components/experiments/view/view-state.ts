import type { ColourBy, Range, Ranges } from "@/components/charts/scene";
import { equalWeights, type Weights } from "@/lib/domain/knee";
import { objectiveKeys, type ObjectiveKey } from "@/lib/domain/objectives";

/** What a link to an experiment keeps. Defaults are left out of the address. */
export interface ViewState {
  section: Section;
  /** The chart that is open. */
  tab: ChartTab;
  x: ObjectiveKey;
  y: ObjectiveKey;
  z: ObjectiveKey;
  /** Order of the parallel axes, and those turned round so that the worse end is on top. */
  order: readonly ObjectiveKey[];
  flipped: readonly ObjectiveKey[];
  /** Objectives shown on a logarithmic scale, in every view. */
  log: readonly ObjectiveKey[];
  colour: ColourBy;
  size: ObjectiveKey | null;
  intervals: boolean;
  frontOnly: boolean;
  ranges: Ranges;
  /** What dragging in the scatter does. */
  drag: "zoom" | "filter";
  zoom: { x: readonly [number, number]; y: readonly [number, number] } | null;
  weights: Weights;
  selected: readonly number[];
  sort: SortKey;
  descending: boolean;
  page: number;
  logFilter: LogFilter;
}

/** The parts of an experiment's page. */
export const sections = ["overview", "solutions", "episodes", "plan", "logs", "files", "settings"] as const;
export type Section = (typeof sections)[number];

export interface LogFilter {
  /** An episode's number, what the lab did, or whatever runs now. */
  of: number | "lab" | "newest";
  level: LogLevel;
  text: string;
}

export const logLevels = ["all", "messages", "warnings"] as const;
export type LogLevel = (typeof logLevels)[number];

export const chartTabs = ["parallel", "scatter", "matrix", "space", "progress"] as const;
export type ChartTab = (typeof chartTabs)[number];
export type SortKey = "number" | ObjectiveKey;

export const defaultView: ViewState = {
  section: "overview",
  tab: "scatter",
  x: "latency_ms",
  y: "accuracy",
  z: "model_size_gb",
  order: objectiveKeys,
  flipped: [],
  log: [],
  colour: "mark",
  size: null,
  intervals: true,
  frontOnly: false,
  ranges: {},
  drag: "zoom",
  zoom: null,
  weights: equalWeights,
  selected: [],
  sort: "number",
  descending: false,
  page: 0,
  logFilter: { of: "newest", level: "all", text: "" },
};

type Query = Record<string, string | string[] | undefined>;

/** Short names keep an address readable in a message. */
const letters: Record<ObjectiveKey, string> = { accuracy: "acc", latency_ms: "lat", memory_gb: "mem", model_size_gb: "size", co2_grams: "co2" };
const keyOf = (letter: string): ObjectiveKey | undefined => objectiveKeys.find((key) => letters[key] === letter);
const keysOf = (text: string): ObjectiveKey[] => [...new Set(text.split(",").flatMap((letter) => keyOf(letter) ?? []))];

/** Reads an address; whatever is not understood falls back to the default, since links outlive versions. */
export function readView(query: Query): ViewState {
  const text = (name: string): string => [query[name]].flat()[0] ?? "";
  const x = keyOf(text("x")) ?? defaultView.x;
  const y = keyOf(text("y")) ?? defaultView.y;
  const order = keysOf(text("axes"));
  const colour = text("colour");
  const zoom = text("zoom").split(",").map(Number);
  const [x0, x1, y0, y1] = zoom as [number, number, number, number];
  return {
    section: sections.find((section) => section === text("section")) ?? defaultView.section,
    tab: chartTabs.find((tab) => tab === text("tab")) ?? defaultView.tab,
    ...(x === y ? { x: defaultView.x, y: defaultView.y } : { x, y }),
    z: keyOf(text("z")) ?? defaultView.z,
    order: order.length === objectiveKeys.length ? order : defaultView.order,
    flipped: keysOf(text("flip")),
    log: keysOf(text("log")),
    colour: colour === "method" ? "method" : (keyOf(colour) ?? "mark"),
    size: keyOf(text("area")) ?? null,
    intervals: text("ci") !== "0",
    frontOnly: text("front") === "1",
    ranges: readRanges(text("f")),
    drag: text("drag") === "filter" ? "filter" : "zoom",
    zoom: zoom.length === 4 && zoom.every(Number.isFinite) && x0 < x1 && y0 < y1 ? { x: [x0, x1], y: [y0, y1] } : null,
    weights: readWeights(text("w")),
    selected: readSelection(text("sel")),
    sort: keyOf(text("sort")) ?? "number",
    descending: text("desc") === "1",
    page: /^[1-9]\d{0,4}$/.test(text("page")) ? Number(text("page")) - 1 : 0,
    logFilter: {
      of: text("log-of") === "lab" ? "lab" : /^\d{1,7}$/.test(text("log-of")) ? Number(text("log-of")) : "newest",
      level: logLevels.find((level) => level === text("level")) ?? "all",
      text: text("find").slice(0, 200),
    },
  };
}

/** "acc:0.6..,lat:..2.5": an open end is left empty. */
function readRanges(text: string): Ranges {
  const ranges: Ranges = {};
  for (const part of text.split(",")) {
    const [, letter = "", low = "", high = ""] = /^(\w+):([^.]*(?:\.\d+)?)\.\.(.*)$/.exec(part) ?? [];
    const key = keyOf(letter);
    const ends = [low, high].map((end) => (end === "" ? null : Number(end)));
    if (key && ends.every((end) => end === null || Number.isFinite(end)) && ends.some((end) => end !== null)) ranges[key] = ends as unknown as Range;
  }
  return ranges;
}

function readWeights(text: string): Weights {
  const values = text.split(",").map(Number);
  if (values.length !== objectiveKeys.length || !values.every((value) => value >= 0 && value <= 10)) return equalWeights;
  return Object.fromEntries(objectiveKeys.map((key, k) => [key, values[k] as number])) as Weights;
}

function readSelection(text: string): number[] {
  const numbers = text
    .split(",")
    .filter((part) => /^\d{1,7}$/.test(part))
    .map(Number);
  return [...new Set(numbers)].slice(0, 100);
}

export function writeView(state: ViewState): string {
  const search = new URLSearchParams();
  const set = (name: string, value: string, whenNot: string): void => void (value !== whenNot && search.set(name, value));
  const list = (keys: readonly ObjectiveKey[]): string => keys.map((key) => letters[key]).join(",");
  const { weights, zoom, logFilter } = state;
  set("section", state.section, defaultView.section);
  set("tab", state.tab, defaultView.tab);
  if (state.x !== defaultView.x || state.y !== defaultView.y) {
    search.set("x", letters[state.x]);
    search.set("y", letters[state.y]);
  }
  set("z", letters[state.z], letters[defaultView.z]);
  set("axes", list(state.order), list(defaultView.order));
  set("flip", list(state.flipped), "");
  set("log", list(state.log), "");
  set("colour", state.colour === "mark" || state.colour === "method" ? state.colour : letters[state.colour], "mark");
  set("area", state.size ? letters[state.size] : "", "");
  set("ci", state.intervals ? "1" : "0", "1");
  set("front", state.frontOnly ? "1" : "0", "0");
  set("f", objectiveKeys.flatMap((key) => (state.ranges[key] ? [`${letters[key]}:${state.ranges[key].map((end) => end ?? "").join("..")}`] : [])).join(","), "");
  set("drag", state.drag, "zoom");
  set("zoom", zoom ? [...zoom.x, ...zoom.y].join(",") : "", "");
  set("w", objectiveKeys.map((key) => weights[key]).join(","), objectiveKeys.map(() => 1).join(","));
  set("sel", state.selected.join(","), "");
  set("sort", state.sort === "number" ? "number" : letters[state.sort], "number");
  set("desc", state.descending ? "1" : "0", "0");
  set("page", String(state.page + 1), "1");
  set("log-of", String(logFilter.of), "newest");
  set("level", logFilter.level, "all");
  set("find", logFilter.text, "");
  // Commas and colons are allowed in a query and keep the address readable.
  return search.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
}

/** The page's address with this view. A shared page's says which experiment and that it stands in a frame: both stay. */
export function addressOf(state: ViewState, { pathname, search }: { pathname: string; search: string }): string {
  const kept = new URLSearchParams([...new URLSearchParams(search)].filter(([name]) => name === "of" || name === "embed"));
  const query = [writeView(state), kept.toString()].filter(Boolean).join("&");
  return query ? `${pathname}?${query}` : pathname;
}

/** Choosing the objective of the other axis turns the two round, so that they never show the same one. */
export function withAxis(state: ViewState, axis: "x" | "y", key: ObjectiveKey): ViewState {
  const other = axis === "x" ? "y" : "x";
  if (state[axis] === key) return state;
  // A zoom belongs to its axes: other axes start unzoomed.
  if (state[other] === key) return { ...state, x: state.y, y: state.x, zoom: null };
  return { ...state, [axis]: key, zoom: null };
}

export function withToggled(state: ViewState, list: "log" | "flipped", key: ObjectiveKey): ViewState {
  const on = state[list].includes(key);
  const zoom = list === "log" ? null : state.zoom;
  return { ...state, zoom, [list]: on ? state[list].filter((each) => each !== key) : [...state[list], key] };
}

/** Moves a parallel axis to another place. */
export function withMoved(state: ViewState, key: ObjectiveKey, place: number): ViewState {
  const rest = state.order.filter((each) => each !== key);
  const at = Math.min(rest.length, Math.max(0, place));
  return { ...state, order: [...rest.slice(0, at), key, ...rest.slice(at)] };
}

/** Four significant digits: an address, not a measurement. Filters bring the table back to its first page. */
export function withRange(state: ViewState, key: ObjectiveKey, range: Range | null): ViewState {
  const [low, high] = (range ?? [null, null]).map((end) => (end === null ? null : Number(end.toPrecision(4)))) as [number | null, number | null];
  const others = Object.fromEntries(Object.entries(state.ranges).filter(([each]) => each !== key)) as Ranges;
  return { ...state, ranges: low === null && high === null ? others : { ...others, [key]: [low, high] }, page: 0 };
}

/** A plain click selects one, and clears it when it was the only one; with shift one is added or taken away. */
export function withSelection(state: ViewState, number: number, add: boolean): ViewState {
  const has = state.selected.includes(number);
  if (add) return { ...state, selected: has ? state.selected.filter((each) => each !== number) : [...state.selected, number] };
  return { ...state, selected: has && state.selected.length === 1 ? [] : [number] };
}

/** The same column again turns the order; a new one starts with its better end on top. */
export function withSort(state: ViewState, sort: SortKey): ViewState {
  if (state.sort === sort) return { ...state, descending: !state.descending, page: 0 };
  return { ...state, sort, descending: sort === "accuracy", page: 0 };
}
