import type { ReusedFrom } from "@/lib/experiments/schema";
import { RunnerRefusal, readManifest } from "@/lib/runner/client";
import { findMeasured } from "./reuse-queries";

/** The newest measurement of this recipe that can be taken over: its artifact's files are still there, or it has none. */
export async function findReusable(experimentId: string, recipeHash: string): Promise<ReusedFrom | null> {
  for (const { from, artifactHash } of await findMeasured(experimentId, recipeHash)) {
    if (artifactHash === null || (await isWhole(artifactHash))) return from;
  }
  return null;
}

/** The runner refuses an artifact that is missing or damaged; that it does not answer is an outage and is tried again. */
async function isWhole(artifactHash: string): Promise<boolean> {
  try {
    await readManifest(artifactHash);
    return true;
  } catch (error) {
    if (error instanceof RunnerRefusal) return false;
    throw error;
  }
}
