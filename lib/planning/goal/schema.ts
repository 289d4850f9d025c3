import { z } from "zod";
import type { Constraint, GoalPreset, Weights } from "@/lib/domain/goals";
import type { Rules } from "@/lib/experiments/rules-schema";

/** A goal in words, and what was made of it: shown for correction before anything starts. */

export const goalWordsSchema = z.object({
  words: z.string().trim().min(1, "Say what you want, for example: smallest that keeps 95 % of the accuracy.").max(2000, "At most 2,000 characters."),
});

/** Fields of a launch that words can fill besides its goal; null where nothing was said. */
export interface SpokenLimits {
  maxEpisodes: number | null;
  budgetHours: number | null;
  itemLimit: number | null;
  carbonGrams: number | null;
  usd: number | null;
  tokens: number | null;
  targetHypervolume: number | null;
}

export interface ParsedGoal {
  words: string;
  goal: { preset: GoalPreset; weights: Partial<Weights>; constraints: Constraint[] };
  limits: SpokenLimits;
  /** What recipes may be made of. */
  rules: Rules;
  /** Each piece of the words that means something, in the order of the words. */
  understood: { text: string; meaning: string; by: "grammar" | "planner" }[];
  /** What nothing was made of, and why where that is known. */
  left: { text: string; reason: string }[];
  /** Why the planner model said nothing about what was left; null when it was not needed or has answered. */
  plannerNote: string | null;
}
