import type { Limits, TerminationReason } from "@/lib/experiments/schema";

/** Episodes in a row without improvement of the front after which an experiment has converged. */
export const patienceEpisodes = 5;

export interface TerminationState {
  /** Episodes 1…N that have ended, failed ones included; the baseline's is not one of them. */
  episodesEnded: number;
  maxEpisodes: number;
  hoursUsed: number;
  budgetHours: number;
  carbonGrams: number;
  hypervolume: number;
  /** Money and tokens end no experiment: without them the search decides alone. */
  limits: Pick<Limits, "carbonGrams" | "targetHypervolume">;
  episodesWithoutImprovement: number;
  stopRequested: boolean;
}

/** Why an experiment is over, or null when it goes on. A person's stop comes first: it was asked for. */
export function terminationOf(state: TerminationState): TerminationReason | null {
  const { limits } = state;
  if (state.stopRequested) return "stopped";
  if (limits.targetHypervolume !== null && state.hypervolume >= limits.targetHypervolume) return "target_reached";
  if (state.episodesEnded >= state.maxEpisodes) return "max_episodes";
  if (state.hoursUsed >= state.budgetHours) return "budget_hours";
  if (limits.carbonGrams !== null && state.carbonGrams >= limits.carbonGrams) return "carbon_budget";
  if (state.episodesWithoutImprovement >= patienceEpisodes) return "no_improvement";
  return null;
}
