import { hashOfRecipe } from "@/lib/coordinator/recipes";
import { objectives } from "@/lib/domain/objectives";
import type { EpisodeView, ExperimentView } from "@/lib/experiments/schema";
import type { Metric } from "./client";

/** What of an experiment and its episodes is logged; MLflow's own limits on lengths are kept. */

const longestValue = 4000;
const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value)).slice(0, longestValue);

export const experimentPrefix = "pareto-lab/";

export function experimentTags(view: ExperimentView, team: string, webUrl: string): Record<string, string> {
  return {
    "pareto.experiment_id": view.id,
    "pareto.team": team,
    "pareto.url": `${webUrl}/experiments/${view.id}`,
    "pareto.goal": text(view.goal),
    "pareto.limits": text(view.limits),
    "pareto.status": view.status,
    "pareto.termination_reason": view.terminationReason ?? "",
  };
}

export interface RunContents {
  name: string;
  startTime: number;
  endTime: number;
  status: "FINISHED" | "FAILED" | "KILLED";
  /** By these a run is found again; never changed. */
  identity: Record<string, string>;
  /** What may change after the episode has ended. */
  state: Record<string, string>;
  params: Record<string, string>;
  metrics: Metric[];
}

/** One ended episode as one run. */
export function runOf(view: ExperimentView, episode: EpisodeView, team: string, webUrl: string): RunContents | null {
  const { number, decision, error, hypervolume } = episode;
  if (!episode.endedAt) return null;
  const endTime = Date.parse(episode.endedAt);
  const solution = view.solutions.find((each) => each.number === number);
  const recipe = decision?.recipe ?? null;
  const metric = (key: string, value: number | null | undefined): Metric[] => (value !== null && value !== undefined && Number.isFinite(value) ? [{ key, value, timestamp: endTime, step: number }] : []);
  return {
    name: `${String(number).padStart(3, "0")} ${decision?.label ?? ""}`.trim().slice(0, 250),
    startTime: Date.parse(episode.startedAt),
    endTime,
    status: episode.status === "done" ? "FINISHED" : episode.status === "stopped" ? "KILLED" : "FAILED",
    identity: { "pareto.experiment_id": view.id, "pareto.team": team, "pareto.episode": String(number) },
    state: {
      "pareto.on_front": String(solution?.onFront ?? false),
      "pareto.feasible": String(solution?.feasible ?? false),
      "pareto.partial": String(solution?.partial ?? false),
    },
    params: {
      model: view.model,
      benchmarks: text(view.benchmarks.join(", ")),
      seed: String(view.seed),
      decided_by: decision?.decidedBy ?? "",
      label: text(decision?.label ?? ""),
      ...(recipe ? { runtime: recipe.runtime, recipe: text(recipe), recipe_hash: hashOfRecipe(recipe) } : {}),
      ...Object.fromEntries((recipe?.steps ?? []).flatMap(({ method, params }, step) => [[`step_${step + 1}`, method], ...Object.entries(params).map(([name, value]) => [`step_${step + 1}.${name}`, text(value)] as const)])),
      ...(error ? { error_code: error.code, error: text(error.message) } : {}),
      ...(solution?.artifactHash ? { artifact: `${webUrl}/api/v1/artifacts/${solution.artifactHash}/bundle` } : {}),
    },
    metrics: [
      ...objectives.flatMap(({ key }) => {
        const figure = solution?.figures[key];
        return [...metric(key, figure?.value), ...metric(`${key}_low`, figure?.low), ...metric(`${key}_high`, figure?.high)];
      }),
      ...(solution?.benchmarks ?? []).flatMap(({ name, metric: kind, score }) => metric(`${name}.${kind}`.replaceAll(/[^\w./ -]/g, "_"), score.value)),
      ...metric("hypervolume", hypervolume),
      ...Object.entries(episode.seconds ?? {}).flatMap(([phase, seconds]) => metric(`seconds_${phase}`, seconds)),
    ],
  };
}
