import { requireExperiment } from "@/lib/experiments/run";
import { log } from "@/lib/log";
import { makePlan, updatePlan } from "./plan/make-plan";
import { reflect, reflectEvery } from "./reflection/reflect";
import { writeDerived } from "./workspace/keep";

/**
 * What follows the steps of a run: the plan, the reflections and the workspace. Each may be repeated, and none may end
 * an experiment: what goes wrong here is logged and made up for by the next one.
 */

export async function beginPlanning(experimentId: string): Promise<void> {
  await guarded(experimentId, "plan", () => makePlan(experimentId));
}

export async function followEpisode(experimentId: string, number: number): Promise<void> {
  await guarded(experimentId, "plan", async () => updatePlan(await requireExperiment(experimentId)));
  if (number > 0 && number % reflectEvery === 0) await guarded(experimentId, "reflection", async () => void (await reflect(await requireExperiment(experimentId))));
  await guarded(experimentId, "workspace", async () => writeDerived(await requireExperiment(experimentId)));
}

export async function closePlanning(experimentId: string): Promise<void> {
  await guarded(experimentId, "reflection", async () => void (await reflect(await requireExperiment(experimentId))));
  await guarded(experimentId, "plan", async () => updatePlan(await requireExperiment(experimentId)));
  await guarded(experimentId, "workspace", async () => writeDerived(await requireExperiment(experimentId)));
}

async function guarded(experimentId: string, part: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.warn({ err: error, experimentId, part }, "what follows an episode could not be done; the next one makes up for it");
  }
}
