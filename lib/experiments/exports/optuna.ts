import { objectives } from "@/lib/domain/objectives";
import type { OptunaStudy } from "@/lib/runner/client";
import type { EpisodeView, ExperimentView, SolutionView } from "@/lib/experiments/schema";

/** The experiment as a multi-objective study: an episode is a trial, a recipe's parts are its parameters. */
export function optunaStudyOf(view: ExperimentView): OptunaStudy {
  const solutions = new Map(view.solutions.map((solution) => [solution.number, solution]));
  return {
    name: view.name,
    metrics: objectives.map(({ key }) => key),
    directions: objectives.map(({ direction }) => (direction === "max" ? ("maximize" as const) : ("minimize" as const))),
    attributes: { model: view.model, benchmarks: view.benchmarks.join(", "), seed: String(view.seed) },
    trials: [...view.episodes]
      .sort((a, b) => a.number - b.number)
      .filter((episode) => episode.endedAt !== null)
      .map((episode) => trialOf(episode, solutions.get(episode.number))),
  };
}

function trialOf(episode: EpisodeView, solution: SolutionView | undefined): OptunaStudy["trials"][number] {
  const recipe = solution?.recipe ?? episode.decision?.recipe;
  const params: Record<string, string | number | boolean> = recipe ? { runtime: recipe.runtime } : {};
  recipe?.steps.forEach(({ method, params: given }, index) => {
    params[`step${index + 1}`] = method;
    for (const [name, value] of Object.entries(given)) {
      if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") params[`step${index + 1}.${method}.${name}`] = value;
    }
  });
  return {
    params,
    values: solution ? objectives.map(({ key }) => solution.figures[key].value) : null,
    started_at: episode.startedAt,
    ended_at: episode.endedAt ?? episode.startedAt,
    attributes: { episode: String(episode.number), label: episode.decision?.label ?? "", reason: episode.decision?.reasoning ?? "", ...(solution?.artifactHash ? { artifact: solution.artifactHash } : {}), ...(episode.error ? { error: episode.error.message } : {}) },
  };
}
