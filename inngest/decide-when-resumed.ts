import type { GetStepTools } from "inngest";
import { awaitResume, decideEpisode, type Decided } from "@/lib/experiments/episode";
import type { inngest } from "./client";
import { experimentResumed } from "./events";

/** How long to wait for a person's word before looking again; a day at most, since a run has 1,000 steps and a pause no end. */
const patience = ["10m", "1h", "6h", "24h"] as const;

/**
 * Decides an episode, once no person holds the experiment back. Looking and waiting are reported together, and an
 * engine registers waits before it runs steps, so that a word given in between is not lost: where the pause is over
 * already, the look itself sends the word.
 */
export async function decideWhenResumed(step: GetStepTools<typeof inngest>, experimentId: string, number: number): Promise<Decided> {
  const id = `episode:${number}`;
  for (let round = 0; ; round++) {
    const decided = await step.run(`${id}:decide`, () => decideEpisode(experimentId, number));
    if (!decided.paused) return decided;
    await Promise.all([
      step.run(`${id}:pause`, () => awaitResume(experimentId)),
      step.waitForEvent(`${id}:resume`, {
        event: experimentResumed,
        timeout: patience[Math.min(round, patience.length - 1)] as string,
        if: `async.data.experimentId == '${experimentId}'`,
      }),
    ]);
  }
}
