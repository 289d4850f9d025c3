import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { formatDelta, formatFigure, formatInterval, formatNumber, scaleFor } from "@/lib/domain/format";
import { baselineProblem, hypervolume } from "@/lib/domain/hypervolume";
import { kneeOf } from "@/lib/domain/knee";
import { objectives, objectiveKeys, type Figures, type ObjectiveKey } from "@/lib/domain/objectives";
import { frontOf } from "@/lib/domain/pareto";
import { fileContentsOf, type ExperimentFiles } from "./file-contents";
import type { EpisodeFile, EvaluationFile, FinalFile, FrontierFile, SpecFile, StrategyFile } from "./file-formats";
import { requireValidFile, type FileKind } from "./file-schemas";
import type { ExperimentView } from "./schema";
import { table } from "./text-table";

/** A summary of an experiment, from the database's read model or from a folder of result files. */

export interface AnalysisPoint {
  episode: number;
  label: string;
  methods: string[];
  figures: Figures;
  evaluation: EvaluationFile;
  isBaseline: boolean;
  onFront: boolean;
}

export interface MethodSummary {
  /** One method, or several joined by "+" for a pipeline. */
  method: string;
  tried: number;
  failed: number;
  onFront: number;
  /** Best accuracy and smallest size reached; null when all have failed. */
  bestAccuracy: number | null;
  smallestSizeGb: number | null;
}

export interface Analysis {
  name: string;
  model: string;
  status: string;
  terminationReason: string | null;
  points: AnalysisPoint[];
  front: AnalysisPoint[];
  best: Partial<Record<ObjectiveKey, AnalysisPoint>>;
  knee: AnalysisPoint | null;
  hypervolume: number | null;
  methods: MethodSummary[];
  failures: { episode: number; label: string; code: string; message: string; remedy: string }[];
}

export function analyzeExperiment(view: ExperimentView): Analysis {
  return { ...analyzeContents(fileContentsOf(view)), status: view.status };
}

/** Throws with the file's name when a file of the folder is missing, damaged or not what its schema says. */
export async function analyzeFolder(folder: string): Promise<Analysis> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new Error(`The folder ${folder} cannot be read. Name a folder of an experiment, as the run printed it.`, { cause });
  });
  const read = async <T>(name: string, kind: FileKind): Promise<T> => {
    const text = await readFile(join(folder, name), "utf8").catch((cause: unknown) => {
      throw new Error(`${name} is missing in ${folder}, so this is not a complete folder of results. Export the experiment again.`, { cause });
    });
    let content: unknown;
    try {
      content = JSON.parse(text);
    } catch (cause) {
      throw new Error(`${name} is damaged: it is not JSON. Export the experiment again.`, { cause });
    }
    requireValidFile(kind, content, name);
    return content as T;
  };
  const readIfThere = async <T>(name: string, kind: FileKind, there: readonly string[], base: string): Promise<T | null> =>
    there.includes(base) ? read<T>(name, kind) : null;

  const episodes: ExperimentFiles["episodes"] = [];
  for (const name of names.filter((each) => /^episode_\d+$/.test(each)).sort((a, b) => Number(a.slice(8)) - Number(b.slice(8)))) {
    const inside = await readdir(join(folder, name));
    episodes.push({
      strategy: await readIfThere<StrategyFile>(`${name}/strategy.json`, "strategy", inside, "strategy.json"),
      results: await readIfThere<EpisodeFile>(`${name}/results.json`, "results", inside, "results.json"),
    });
  }
  return analyzeContents({
    spec: await read<SpecFile>("model_spec.json", "model-spec"),
    frontier: await read<FrontierFile>("pareto_frontier.json", "pareto-frontier"),
    final: await readIfThere<FinalFile>("final_results.json", "final-results", names, "final_results.json"),
    episodes,
  });
}

function analyzeContents({ frontier, final, episodes }: ExperimentFiles): Analysis {
  const measured = episodes.flatMap(({ strategy, results }) => (strategy && results?.result ? [{ strategy, result: results.result }] : []));
  const items = measured.map(({ strategy, result }) => ({
    id: strategy.episode_id,
    figures: Object.fromEntries(objectiveKeys.map((key) => [key, result[key]])) as Figures,
  }));
  const front = frontOf(items);
  const points = measured.map(({ strategy, result }, index): AnalysisPoint => ({
    episode: strategy.episode_id,
    label: strategy.label,
    methods: strategy.methods,
    figures: (items[index] as (typeof items)[number]).figures,
    evaluation: result,
    isBaseline: strategy.methods.length === 0,
    onFront: front.has(strategy.episode_id),
  }));
  const baseline = points.find((point) => point.isBaseline)?.figures;
  const usable = baseline !== undefined && baselineProblem(baseline) === null;
  const kneeEpisode = kneeOf(items, baseline);
  return {
    name: frontier.experiment,
    model: frontier.model,
    status: final?.status ?? "running",
    terminationReason: final?.termination_reason ?? null,
    points,
    front: points.filter((point) => point.onFront),
    best: bestOf(points),
    knee: points.find((point) => point.episode === kneeEpisode) ?? null,
    hypervolume: usable ? hypervolume(items.map((item) => item.figures), baseline) : null,
    methods: methodsOf(episodes, points),
    failures: episodes.flatMap(({ strategy, results }) =>
      results?.status === "failed"
        ? [
            {
              episode: results.episode_id,
              label: strategy?.label ?? "",
              code: results.error?.code ?? "unknown",
              message: results.error_message ?? "",
              remedy: results.error?.remedy ?? "",
            },
          ]
        : [],
    ),
  };
}

function bestOf(points: AnalysisPoint[]): Analysis["best"] {
  if (points.length === 0) return {};
  return Object.fromEntries(
    objectives.map(({ key, direction }) => {
      const better = (a: number, b: number): boolean => (direction === "max" ? a > b : a < b);
      return [key, points.reduce((best, point) => (better(point.figures[key], best.figures[key]) ? point : best))];
    }),
  );
}

function methodsOf(episodes: ExperimentFiles["episodes"], points: AnalysisPoint[]): MethodSummary[] {
  const groups = new Map<string, MethodSummary>();
  for (const { strategy, results } of episodes) {
    if (!strategy || strategy.methods.length === 0 || !results || results.status === "stopped") continue;
    const method = strategy.methods.join("+");
    const summary = groups.get(method) ?? { method, tried: 0, failed: 0, onFront: 0, bestAccuracy: null, smallestSizeGb: null };
    groups.set(method, summary);
    summary.tried += 1;
    const point = points.find((each) => each.episode === strategy.episode_id);
    if (!point) {
      summary.failed += 1;
      continue;
    }
    if (point.onFront) summary.onFront += 1;
    summary.bestAccuracy = Math.max(summary.bestAccuracy ?? 0, point.figures.accuracy);
    summary.smallestSizeGb = Math.min(summary.smallestSizeGb ?? Number.POSITIVE_INFINITY, point.figures.model_size_gb);
  }
  return [...groups.values()].sort((a, b) => b.onFront - a.onFront || b.tried - a.tried);
}

const reasonWords: Record<string, string> = {
  max_episodes: "all episodes were used",
  budget_hours: "the hours were used up",
  no_improvement: "no improvement in five episodes",
  coordinator_end: "the coordinator ended it",
  stopped: "a person stopped it",
  baseline_failed: "the uncompressed model could not be measured",
  error: "an error",
};

/** The summary as plain text for a terminal. */
export function analysisText(analysis: Analysis): string {
  const { points, front, knee } = analysis;
  const reason = analysis.terminationReason;
  const lines = [
    `${analysis.name}`,
    `Model ${analysis.model} · ${analysis.status}${reason ? `: ${reasonWords[reason] ?? reason}` : ""}`,
    `${points.length} solutions, ${front.length} on the front, ${analysis.failures.length} failed · hypervolume ${analysis.hypervolume === null ? "n/a" : formatNumber(analysis.hypervolume)}`,
  ];
  if (points.length === 0) return [...lines, "", "Nothing was measured.", ...failureLines(analysis)].join("\n");

  const scales = new Map(objectives.map(({ key }) => [key, scaleFor(key, Math.max(...points.map((point) => point.figures[key])))]));
  const baseline = points.find((point) => point.isBaseline);
  const delta = (point: AnalysisPoint, key: ObjectiveKey): string =>
    baseline && !point.isBaseline ? ` (${formatDelta(key, point.figures[key], baseline.figures[key])})` : "";
  const column = (key: ObjectiveKey, label: string): string => {
    const unit = scales.get(key)?.unit;
    return unit ? `${label.toLowerCase()} (${unit})` : label.toLowerCase();
  };
  lines.push(
    "",
    "Pareto front (difference to the uncompressed model in brackets)",
    table(
      ["", "#", "recipe", ...objectives.map(({ key, label }) => column(key, label))],
      front.map((point) => [point === knee ? "knee" : "", String(point.episode), point.label, ...objectiveKeys.map((key) => formatInterval(point.evaluation.intervals[key], scales.get(key)?.factor) + delta(point, key))]),
    ),
    "",
    "Best of each objective",
    table(
      ["objective", "#", "recipe", "figure"],
      objectives.flatMap(({ key, label }) => {
        const point = analysis.best[key];
        return point ? [[label.toLowerCase(), String(point.episode), point.label, formatFigure(key, point.evaluation.intervals[key], scales.get(key)) + delta(point, key)]] : [];
      }),
    ),
  );
  if (analysis.methods.length > 0) {
    lines.push(
      "",
      "Methods",
      table(
        ["method", "tried", "failed", "on front", "best accuracy", "smallest"],
        analysis.methods.map((each) => [
          each.method,
          String(each.tried),
          String(each.failed),
          String(each.onFront),
          each.bestAccuracy === null ? "n/a" : formatNumber(each.bestAccuracy),
          each.smallestSizeGb === null ? "n/a" : `${formatNumber(each.smallestSizeGb * (scales.get("model_size_gb")?.factor ?? 1))} ${scales.get("model_size_gb")?.unit ?? "GB"}`,
        ]),
      ),
    );
  }
  return [...lines, ...failureLines(analysis)].join("\n");
}

function failureLines({ failures }: Analysis): string[] {
  if (failures.length === 0) return [];
  return [
    "",
    "Failed episodes",
    ...failures.map(({ episode, label, code, message, remedy }) => `  ${episode}  ${label}: ${message} [${code}]${remedy ? ` ${remedy}` : ""}`),
  ];
}
