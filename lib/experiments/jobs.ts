import type { JobRequest } from "@/lib/runner/client";
import type { Recipe } from "./schema";

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

export function evaluateJob(owner: JobOwner, number: number, recipe: Recipe, artifact: string | null, region: string): Pick<JobRequest, "key" | "job"> {
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
        seed: owner.seed,
        region,
      },
    },
  };
}
