import type { GetStepTools } from "inngest";
import { finishEpisode, keepArtifact, recordEpisode, takeOver } from "@/lib/experiments/episode";
import { followEpisode } from "@/lib/planning/follow";
import { inngest } from "../client";
import { episodeRequested } from "../events";
import { decideWhenResumed } from "../decide-when-resumed";
import { runJob } from "../run-job";

/** One turn: decide, compress, evaluate, record. Answers with the reason to end the experiment, or null to go on. */
export const runEpisode = inngest.createFunction(
  { id: "run-episode", retries: 20, triggers: [episodeRequested] },
  async ({ event, step }) => {
    const { experimentId, number } = event.data;
    const decided = await decideWhenResumed(step, experimentId, number);
    if (decided.end) return { status: "not_run" as const, terminationReason: decided.end };

    const error = decided.reused ? null : await carryOut(step, experimentId, number, decided.compress);
    const recorded = await step.run(`episode:${number}:record`, () => {
      if (decided.reused) return takeOver(experimentId, number);
      return error ? finishEpisode(experimentId, number, error) : recordEpisode(experimentId, number);
    });
    await step.run(`episode:${number}:follow`, () => followEpisode(experimentId, number));
    return recorded;
  },
);

/** The jobs of an episode, up to the first that fails; answers with its error. */
async function carryOut(step: GetStepTools<typeof inngest>, experimentId: string, number: number, compress: boolean) {
  if (compress) {
    const { error } = await runJob(step, experimentId, number, "compress");
    if (error) return error;
    await step.run(`episode:${number}:artifact`, () => keepArtifact(experimentId, number));
  }
  return (await runJob(step, experimentId, number, "evaluate")).error;
}
