import { baselineProblem, hypervolume } from "@/lib/domain/hypervolume";
import { figuresOf, objectives, objectiveKeys, type Figures, type ObjectiveKey } from "@/lib/domain/objectives";
import { frontOf } from "@/lib/domain/pareto";
import type { ExperimentPageView, FigureRange, SolutionPoint } from "@/lib/experiments/page-schema";

/** Two to six experiments beside each other, all figures divided by a baseline. */
export interface Comparison {
  experiments: Compared[];
  /** Whether all are divided by the first one's baseline, and why not where they are not. */
  common: boolean;
  note: string;
}

export interface Compared {
  id: string;
  name: string;
  /** Places in the palette and among the shapes. */
  index: number;
  points: ComparedPoint[];
  /** Hypervolume after each episode, on the common reference where there is one. */
  volumes: number[];
  best: Record<ObjectiveKey, ComparedPoint> | null;
}

export interface ComparedPoint {
  number: number;
  label: string;
  isBaseline: boolean;
  onFront: boolean;
  ratios: Record<ObjectiveKey, FigureRange>;
}

export function prepareComparison(views: readonly ExperimentPageView[]): Comparison {
  const reasons = differencesOfConditions(views);
  const first = baselineOf(views[0]);
  const common = reasons.length === 0 && first !== null;
  return {
    common,
    note: common
      ? "All figures are divided by the first experiment's uncompressed model, so that hypervolumes can be compared."
      : `Each experiment is divided by its own uncompressed model, since ${reasons.join(" and ") || "the first has no baseline yet"}; hypervolumes tell how much each gained on its own ground.`,
    experiments: views.map((view, index) => compared(view, index, common ? first : baselineOf(view))),
  };
}

/** What keeps figures of several experiments from being divided by one baseline. */
function differencesOfConditions(views: readonly ExperimentPageView[]): string[] {
  const differ = (value: (view: ExperimentPageView) => string): boolean => new Set(views.map(value)).size > 1;
  return [
    differ((view) => view.spec.revision ?? view.model) ? "their models differ" : "",
    differ((view) => [...view.benchmarks].sort().join()) ? "their benchmarks differ" : "",
    differ((view) => String(view.itemLimit)) ? "their numbers of items differ" : "",
  ].filter(Boolean);
}

function baselineOf(view: ExperimentPageView | undefined): Figures | null {
  const found = view?.solutions.find((solution) => solution.isBaseline);
  if (!found) return null;
  const figures = figuresOf(found.figures);
  return baselineProblem(figures) ? null : figures;
}

function compared(view: ExperimentPageView, index: number, baseline: Figures | null): Compared {
  const points = baseline ? view.solutions.map((solution) => pointOf(solution, baseline)) : [];
  const front = points.filter(({ onFront }) => onFront);
  return {
    id: view.id,
    name: view.name,
    index,
    points,
    volumes: baseline ? volumesOf(view.solutions, baseline) : [],
    best: front.length > 0 ? (Object.fromEntries(objectives.map(({ key, direction }) => [key, bestOf(front, key, direction === "max" ? 1 : -1)])) as Compared["best"]) : null,
  };
}

function pointOf({ number, label, isBaseline, onFront, figures }: SolutionPoint, baseline: Figures): ComparedPoint {
  const ratios = Object.fromEntries(
    objectiveKeys.map((key) => {
      const { value, low, high } = figures[key];
      return [key, { value: value / baseline[key], low: low / baseline[key], high: high / baseline[key] }];
    }),
  ) as ComparedPoint["ratios"];
  return { number, label, isBaseline, onFront, ratios };
}

function volumesOf(solutions: readonly SolutionPoint[], baseline: Figures): number[] {
  const usable = solutions.filter(({ feasible, partial }) => feasible && !partial).map((solution) => ({ id: solution.number, figures: figuresOf(solution.figures) }));
  return usable.map((_, index) => {
    const known = usable.slice(0, index + 1);
    const front = frontOf(known);
    return hypervolume(known.filter(({ id }) => front.has(id)).map(({ figures }) => figures), baseline);
  });
}

function bestOf(points: readonly ComparedPoint[], key: ObjectiveKey, sign: 1 | -1): ComparedPoint {
  return points.reduce((best, point) => (sign * (point.ratios[key].value - best.ratios[key].value) > 0 ? point : best));
}

export interface SettingRow {
  label: string;
  values: string[];
  differs: boolean;
}

/** How the experiments were set up; rows on which all agree can be left out. */
export function settingRows(views: readonly ExperimentPageView[], words: { status: (view: ExperimentPageView) => string }): SettingRow[] {
  const rows: [label: string, value: (view: ExperimentPageView) => string][] = [
    ["State", words.status],
    ["Model", (view) => view.model],
    ["Revision", (view) => view.spec.revision?.slice(0, 12) ?? "not known"],
    ["Benchmarks", (view) => view.benchmarks.join(", ")],
    ["Items per benchmark", (view) => (view.itemLimit === null ? "all" : String(view.itemLimit))],
    ["Goal", (view) => view.goal.words ?? view.goal.preset],
    ["Constraints", (view) => view.goal.constraints.map(({ objective, bound, relative }) => `${objective} ${objective === "accuracy" ? "≥" : "≤"} ${bound}${relative ? " × baseline" : ""}`).join(", ") || "none"],
    ["Strategy", (view) => view.strategy],
    ["Planning", (view) => (view.planning ? "on" : "off")],
    ["Episodes", (view) => `${view.episodesDone} of ${view.maxEpisodes}`],
    ["Hours", (view) => String(view.budgetHours)],
    ["Seed", (view) => String(view.seed)],
    ["Solutions", (view) => String(view.solutions.length)],
    ["On the front", (view) => String(view.solutions.filter(({ onFront }) => onFront).length)],
  ];
  return rows.map(([label, value]) => {
    const values = views.map(value);
    return { label, values, differs: new Set(values).size > 1 };
  });
}
