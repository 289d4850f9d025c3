import { writeFile } from "node:fs/promises";
import { objectiveKeys } from "@/lib/domain/objectives";
import type { EpisodeView, ExperimentView, FigureSet, PhaseSeconds, SolutionView } from "@/lib/experiments/schema";
import { UserError } from "./errors";
import { fromCaller } from "./paths";

/** What `--json FILE` writes of an experiment: enough to check or to compare runs without the app. */
export function resultOf(view: ExperimentView, extra: Record<string, unknown> = {}): Record<string, unknown> {
  const solutions = new Map(view.solutions.map((solution) => [solution.number, solution]));
  return {
    experimentId: view.id,
    name: view.name,
    model: view.model,
    benchmarks: view.benchmarks,
    seed: view.seed,
    itemLimit: view.itemLimit,
    status: view.status,
    terminationReason: view.terminationReason,
    error: view.error,
    // The uncompressed model is episode 0; `episodes` are the coordinator's.
    baseline: view.episodes.filter(({ number }) => number === 0).map((episode) => episodeOf(episode, solutions.get(0)))[0] ?? null,
    episodes: view.episodes.filter(({ number }) => number > 0).map((episode) => episodeOf(episode, solutions.get(episode.number))),
    front: view.solutions.filter(({ onFront }) => onFront).map(({ number, label, figures }) => ({ number, label, figures: figuresOf(figures) })),
    hypervolume: view.hypervolume,
    reference: view.reference,
    seconds: totalSeconds(view),
    folder: view.folder,
    ...extra,
  };
}

function episodeOf(episode: EpisodeView, solution: SolutionView | undefined): Record<string, unknown> {
  return {
    number: episode.number,
    label: episode.decision?.label ?? null,
    recipe: episode.decision?.recipe ?? null,
    decidedBy: episode.decision?.decidedBy ?? null,
    state: episode.status,
    error: episode.error,
    figures: solution ? figuresOf(solution.figures) : null,
    onFront: solution?.onFront ?? false,
    frontImproved: episode.frontImproved,
    hypervolume: episode.hypervolume,
    seconds: episode.seconds,
    reusedFrom: episode.reusedFrom,
  };
}

export async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFile(fromCaller(file), `${JSON.stringify(value, null, 2)}\n`).catch((cause: Error) => {
    throw new UserError(`${file} could not be written: ${cause.message}.`, "Give --json a file in a folder that exists.", 2, { cause });
  });
}

function figuresOf(figures: FigureSet): Record<string, { value: number; low: number; high: number; n: number; unit: string }> {
  return Object.fromEntries(
    objectiveKeys.map((key) => {
      const { value, low, high, n, unit } = figures[key];
      return [key, { value, low, high, n, unit }];
    }),
  );
}

/** Seconds of all episodes by phase, and the wall time of the experiment. */
function totalSeconds(view: ExperimentView): PhaseSeconds & { experiment: number | null } {
  const sum = (phase: keyof PhaseSeconds): number => view.episodes.reduce((total, { seconds }) => total + (seconds?.[phase] ?? 0), 0);
  const experiment = view.startedAt && view.endedAt ? (Date.parse(view.endedAt) - Date.parse(view.startedAt)) / 1000 : null;
  return { decide: sum("decide"), compress: sum("compress"), evaluate: sum("evaluate"), overhead: sum("overhead"), experiment };
}
