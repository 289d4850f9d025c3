import type { GetStepTools } from "inngest";
import { readEpisodeJob, submitEpisodeJob, type EndedJob } from "@/lib/experiments/episode";
import { jobKey } from "@/lib/experiments/jobs";
import type { inngest } from "./client";
import { jobEnded } from "./events";

/** How long to wait for the runner's word before asking it. Short at first, since a lost word costs this much time. */
const patience = ["20s", "30s", "1m", "2m", "5m", "10m"] as const;

/**
 * Runs one job of an episode to its end. Submitting and waiting are reported together, and an engine registers
 * waits before it runs steps, so the word that the job has ended cannot come before someone listens for it.
 * Every round submits again: a running job is found by its key, an interrupted one starts anew, and one that has
 * ended, or is refused, answers with the event at once. Silence is never taken for failure.
 */
export async function runJob(
  step: GetStepTools<typeof inngest>,
  experimentId: string,
  number: number,
  kind: "compress" | "evaluate",
): Promise<EndedJob> {
  const id = `episode:${number}:${kind}`;
  for (let round = 0; ; round++) {
    const [submission] = await Promise.all([
      step.run(`${id}:submit`, () => submitEpisodeJob(experimentId, number, kind)),
      step.waitForEvent(`${id}:wait`, {
        event: jobEnded,
        timeout: patience[Math.min(round, patience.length - 1)] as string,
        if: `async.data.key == '${jobKey(experimentId, number, kind)}'`,
      }),
    ]);
    if (submission.refused) return submission.refused;
    const ended = await step.run(`${id}:result`, () => readEpisodeJob(experimentId, number, kind));
    if (ended) return ended;
  }
}
