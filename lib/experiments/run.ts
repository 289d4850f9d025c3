import { noSuchExperiment } from "@/lib/access/admit";
import { log } from "@/lib/log";
import { cancelJob } from "@/lib/runner/client";
import { writeExperimentFiles } from "./files";
import { findRunningJob } from "./live";
import { getExperiment, getExperimentHead, type ExperimentHead } from "./queries";
import type { ErrorInfo, ExperimentView, TerminationReason } from "./schema";
import { wake } from "./wake";
import { finishExperiment, requestStop } from "./write-queries";

export async function requireExperiment(idOrName: string): Promise<ExperimentView> {
  const view = await getExperiment(idOrName);
  if (!view) throw noSuchExperiment(idOrName);
  return view;
}

/** The same without episodes and solutions, of which there may be thousands. */
export async function requireHead(idOrName: string): Promise<ExperimentHead> {
  const head = await getExperimentHead(idOrName);
  if (!head) throw noSuchExperiment(idOrName);
  return head;
}

export async function finishRun(experimentId: string, reason: TerminationReason): Promise<void> {
  const view = await requireExperiment(experimentId);
  const baseline = view.episodes.find((episode) => episode.number === 0);
  await finishExperiment(view.id, reason, reason === "baseline_failed" ? (baseline?.error ?? null) : null);
}

export async function failExperiment(experimentId: string, message: string): Promise<void> {
  const error: ErrorInfo = {
    code: "run_failed",
    message: `The run ended after repeated errors: ${message}`,
    remedy: "What was measured is kept. Look at the web and runner logs for the cause, then start a new experiment.",
    retryable: false,
    details: {},
  };
  await finishExperiment(experimentId, "error", error);
}

/** A person's stop: the running job is cancelled now, and the run ends at its next step. */
export async function stop(idOrName: string): Promise<{ id: string; status: string }> {
  const { id, controls } = await requireExperiment(idOrName);
  const { status } = await requestStop(id);
  if (status === "stopping") {
    try {
      if (controls.paused) await wake(id);
      const running = await findRunningJob(id);
      if (running) await cancelJob(running.job.id);
    } catch (error) {
      // The stop is on record: the run ends at its next step even if the job could not be cancelled now.
      log.warn({ err: error, experimentId: id }, "could not cancel the running job");
    }
  }
  return { id, status };
}

/** Writes the result files anew from the database. */
export async function writeResultFiles(experimentId: string): Promise<{ folder: string; files: string[] }> {
  const view = await requireExperiment(experimentId);
  return writeExperimentFiles(view, view.folder);
}
