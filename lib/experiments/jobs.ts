import type { JobRequest, Race } from "@/lib/runner/client";
import { boundOf } from "@/lib/domain/goals";
import { figuresOf } from "@/lib/domain/objectives";
import type { ExperimentView, Recipe } from "./schema";

/** What a job needs to know of its experiment. */
export interface JobOwner {
  id: string;
  model: string;
  benchmarks: string[];
  seed: number;
  itemLimit: number | null;
}

/** The key makes the submission idempotent: whatever is killed and repeated, there is one job per episode and phase. */
export function jobKey(experimentId: string, number: number, kind: "compress" | "evaluate"): string {
  return `${experimentId}:${number}:${kind}`;
}

export function compressJob(owner: JobOwner, number: number, recipe: Recipe): Pick<JobRequest, "key" | "job"> {
  return {
    key: jobKey(owner.id, number, "compress"),
    job: { kind: "compress", params: { model: owner.model, recipe, seed: owner.seed } },
  };
}

export function evaluateJob(owner: JobOwner, number: number, recipe: Recipe, artifact: string | null, region: string, race: Race | null): Pick<JobRequest, "key" | "job"> {
  return {
    key: jobKey(owner.id, number, "evaluate"),
    job: {
      kind: "evaluate",
      params: {
        model: owner.model,
        artifact,
        runtime: recipe.runtime,
        benchmarks: owner.benchmarks,
        limit: owner.itemLimit,
        mode: "full",
        race,
        seed: owner.seed,
        region,
      },
    },
  };
}

/**
 * Whom a candidate races against, so that the scoring of one that is surely worse ends early: the goal's floor of
 * accuracy and the solutions on the front. Null for the baseline, which is always measured in full.
 */
export function raceOf({ goal, solutions }: Pick<ExperimentView, "goal" | "solutions">): Race | null {
  const measured = solutions.find((solution) => solution.isBaseline);
  if (!measured) return null;
  const baseline = figuresOf(measured.figures);
  const floors = goal.constraints.filter(({ objective }) => objective === "accuracy").map((constraint) => baseline.accuracy - boundOf(constraint, baseline));
  const rivals = solutions
    .filter((solution) => solution.onFront)
    .slice(0, mostRivals)
    .map(({ artifactHash, recipe, figures }) => {
      const { latency_ms, memory_gb, model_size_gb, co2_grams } = figuresOf(figures);
      return { artifact: artifactHash, runtime: recipe.runtime, latency_ms, memory_gb, model_size_gb, co2_grams };
    });
  return { floor: floors.length > 0 ? Math.max(0, Math.min(...floors)) : null, rivals, tolerance: raceTolerance, alpha: raceAlpha, stop_kept: false };
}

/** As many as the runner takes. */
const mostRivals = 100;
/** A loss of this much accuracy against a rival still counts as equal, and one candidate in twenty may be dropped wrongly. */
const raceTolerance = 0.01;
const raceAlpha = 0.05;
