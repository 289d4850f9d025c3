import { failExperiment, finishRun, writeResultFiles } from "@/lib/experiments/run";
import type { TerminationReason } from "@/lib/experiments/schema";
import { markStarted } from "@/lib/experiments/write-queries";
import { beginPlanning, closePlanning } from "@/lib/planning/follow";
import { inngest } from "../client";
import { experimentCreated } from "../events";
import { runEpisode } from "./run-episode";

/** The whole of an experiment: the uncompressed model first, then episode after episode until there is a reason to end. */
export const runExperiment = inngest.createFunction(
  {
    id: "run-experiment",
    retries: 20,
    triggers: [experimentCreated],
    idempotency: "event.data.experimentId",
    onFailure: async ({ event, error, step }) => {
      const { experimentId } = event.data.event.data as { experimentId: string };
      await step.run("record-failure", () => failExperiment(experimentId, error.message));
      await step.run("files", () => writeResultFiles(experimentId));
    },
  },
  async ({ event, step }) => {
    const { experimentId } = event.data;
    const runnable = await step.run("start", () => markStarted(experimentId));
    if (!runnable) return { terminationReason: null };

    await step.run("plan", () => beginPlanning(experimentId));
    const ask = (number: number) => step.invoke(`episode:${number}`, { function: runEpisode, data: { experimentId, number } });
    const baseline = await ask(0);
    let reason: TerminationReason | null = baseline.terminationReason;
    for (let number = 1; !reason; number++) reason = (await ask(number)).terminationReason;

    const terminationReason = reason;
    await step.run("finish", () => finishRun(experimentId, terminationReason));
    await step.run("look-back", () => closePlanning(experimentId));
    await step.run("files", () => writeResultFiles(experimentId));
    return { terminationReason };
  },
);
