import { getJobByKey, hasEnded } from "@/lib/runner/client";
import { jobKey } from "./jobs";
import { runningEpisode } from "./queries";
import type { LiveProgress } from "./schema";

/** Where the experiment's running job is, asked of the runner itself; null when no job runs. */
export async function readProgress(experimentId: string): Promise<LiveProgress | null> {
  const episode = await runningEpisode(experimentId);
  if (!episode) return null;
  const kind = episode.status === "evaluating" ? "evaluate" : "compress";
  const job = await getJobByKey(jobKey(experimentId, episode.number, kind));
  if (hasEnded(job)) return null;
  return {
    episode: episode.number,
    kind,
    stage: job.state === "queued" ? "queued" : job.progress.stage ?? "",
    message: job.state === "queued" ? "waiting for the runner" : job.progress.message ?? "",
    fraction: job.progress.fraction ?? 0,
    etaSeconds: job.progress.eta_s ?? null,
  };
}
