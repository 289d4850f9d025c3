import { decideEpisode, finishEpisode, keepArtifact, recordEpisode } from "@/lib/experiments/episode";
import { inngest } from "../client";
import { episodeRequested } from "../events";
import { runJob } from "../run-job";

/** One turn: decide, compress, evaluate, record. Answers with the reason to end the experiment, or null to go on. */
export const runEpisode = inngest.createFunction(
  { id: "run-episode", retries: 20, triggers: [episodeRequested] },
  async ({ event, step }) => {
    const { experimentId, number } = event.data;
    const decided = await step.run(`episode:${number}:decide`, () => decideEpisode(experimentId, number));
    if (decided.end) return { status: "not_run" as const, terminationReason: decided.end };

    if (decided.compress) {
      const compressed = await runJob(step, experimentId, number, "compress");
      if (compressed.error) {
        const { error } = compressed;
        return step.run(`episode:${number}:record`, () => finishEpisode(experimentId, number, error));
      }
      await step.run(`episode:${number}:artifact`, () => keepArtifact(experimentId, number));
    }
    const evaluated = await runJob(step, experimentId, number, "evaluate");
    return step.run(`episode:${number}:record`, () =>
      evaluated.error ? finishEpisode(experimentId, number, evaluated.error) : recordEpisode(experimentId, number),
    );
  },
);
