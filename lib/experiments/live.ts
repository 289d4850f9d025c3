import { getJobByKey, hasEnded, type JobView } from "@/lib/runner/client";
import { jobKey } from "./jobs";
import { runningEpisode } from "./queries";
import type { LiveProgress } from "./schema";

/** The job that runs, or waits, for the experiment's open episode, as the runner itself sees it; null when there is none. */
export async function findRunningJob(experimentId: string): Promise<{ episode: number; kind: "compress" | "evaluate"; job: JobView } | null> {
  const episode = await runningEpisode(experimentId);
  if (!episode) return null;
  const kind = episode.status === "evaluating" ? "evaluate" : "compress";
  const job = await getJobByKey(jobKey(experimentId, episode.number, kind));
  return hasEnded(job) ? null : { episode: episode.number, kind, job };
}

/** Where the experiment's running job is; null when no job runs. */
export async function readProgress(experimentId: string): Promise<LiveProgress | null> {
  const running = await findRunningJob(experimentId);
  if (!running) return null;
  const { episode, kind, job } = running;
  return {
    episode,
    kind,
    stage: job.state === "queued" ? "queued" : job.progress.stage ?? "",
    message: job.state === "queued" ? "waiting for the runner" : job.progress.message ?? "",
    fraction: job.progress.fraction ?? 0,
    etaSeconds: job.progress.eta_s ?? null,
  };
}
