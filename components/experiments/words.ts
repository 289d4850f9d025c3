import type { Section } from "@/components/experiments/view/view-state";
import type { EpisodeStatus, ExperimentStatus, TerminationReason } from "@/lib/experiments/schema";

/** One wording for states and reasons across all pages. */

export const statusWords: Record<ExperimentStatus, string> = {
  queued: "queued",
  running: "running",
  stopping: "stopping",
  done: "done",
  failed: "failed",
};

export const reasonWords: Record<TerminationReason, string> = {
  max_episodes: "all episodes done",
  budget_hours: "the time budget was spent",
  carbon_budget: "the CO2 budget was spent",
  target_reached: "the target was reached",
  no_improvement: "the front stopped improving",
  early_stop: "what was left to gain was not worth an episode",
  coordinator_end: "the coordinator saw nothing left to gain",
  stopped: "stopped by a person",
  baseline_failed: "the uncompressed model could not be measured",
  error: "an error",
};

export const episodeWords: Record<EpisodeStatus, string> = {
  compressing: "compressing…",
  evaluating: "measuring…",
  done: "done",
  failed: "failed",
  stopped: "stopped",
};

/** The parts of an experiment's page. */
export const sectionWords: Record<Section, string> = {
  overview: "Overview",
  solutions: "Solutions",
  episodes: "Episodes",
  plan: "Plan",
  logs: "Logs",
  files: "Files",
  settings: "Settings",
};

export function isLive(status: ExperimentStatus): boolean {
  return status === "queued" || status === "running" || status === "stopping";
}

export function isRunning(status: EpisodeStatus): boolean {
  return status === "compressing" || status === "evaluating";
}
