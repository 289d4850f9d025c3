import type { TerminationReason } from "@/lib/experiments/schema";

/** Episodes in a row without improvement of the front after which an experiment has converged. */
export const patienceEpisodes = 5;

export interface TerminationState {
  /** Episodes 1…N that have ended, failed ones included; the baseline's is not one of them. */
  episodesEnded: number;
  maxEpisodes: number;
  hoursUsed: number;
  budgetHours: number;
  episodesWithoutImprovement: number;
  stopRequested: boolean;
  /** The last decision was the coordinator's "end". */
  coordinatorEnded: boolean;
}

/** Why an experiment is over, or null when it goes on. A person's stop comes first: it was asked for. */
export function terminationOf(state: TerminationState): TerminationReason | null {
  if (state.stopRequested) return "stopped";
  if (state.coordinatorEnded) return "coordinator_end";
  if (state.episodesEnded >= state.maxEpisodes) return "max_episodes";
  if (state.hoursUsed >= state.budgetHours) return "budget_hours";
  if (state.episodesWithoutImprovement >= patienceEpisodes) return "no_improvement";
  return null;
}
