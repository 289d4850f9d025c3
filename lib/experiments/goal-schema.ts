import { z } from "zod";
import { goalPresets, presetInfo, weightsOf } from "@/lib/domain/goals";
import { objectiveKeys } from "@/lib/domain/objectives";
import { recipeSchema } from "./recipe-schema";
import { rulesSchema } from "./rules-schema";

/** What an experiment is after, what it may cost, and what a person has set while it runs. */

export const constraintSchema = z
  .strictObject({
    objective: z.enum(objectiveKeys as [(typeof objectiveKeys)[number], ...(typeof objectiveKeys)[number][]]),
    bound: z.number("A bound must be a number.").positive("A bound must be more than zero."),
    relative: z.boolean().default(false),
  })
  .refine((constraint) => constraint.objective !== "accuracy" || constraint.bound <= 1, "Accuracy is at most 1, and at most the baseline's share of 1.");

const weight = z.number("A weight must be a number.").min(0, "A weight is 0 or more.").max(100, "A weight is at most 100.").optional();

/** Weights and constraints that are not given are the preset's, so that what is stored says all of it. */
export const goalSchema = z
  .strictObject({
    preset: z.enum(goalPresets).default("balanced"),
    /** The goal as a person wrote it, where they did. */
    words: z.string().trim().max(2000, "At most 2,000 characters.").nullable().default(null),
    weights: z.strictObject({ accuracy: weight, latency_ms: weight, memory_gb: weight, model_size_gb: weight, co2_grams: weight }).default({}),
    constraints: z.array(constraintSchema).max(20).optional(),
  })
  .transform((goal) => ({
    ...goal,
    weights: weightsOf(goal.preset, goal.weights),
    constraints: goal.constraints ?? [...presetInfo[goal.preset].constraints],
  }));
export type Goal = z.output<typeof goalSchema>;
export type GoalInput = z.input<typeof goalSchema>;

const amount = (what: string, most: number) => z.number(`${what} must be a number.`).positive(`${what} must be more than zero.`).max(most).nullable().default(null);

/** What may be spent besides hours and episodes, and what is enough; null means no limit. */
export const limitsSchema = z.strictObject({
  carbonGrams: amount("Grams of CO2", 1e9),
  usd: amount("Money", 1e6),
  tokens: amount("Tokens", 1e12),
  targetHypervolume: amount("The target", 1),
});
export type Limits = z.output<typeof limitsSchema>;

/** What a person has set, at launch or while it runs; read whenever an episode is decided. */
export const controlsSchema = rulesSchema.extend({
  paused: z.boolean().default(false),
  /** The recipe of the next episode, as a person has set it. */
  next: recipeSchema.nullable().default(null),
  /** Since when the run waits for a person, and the seconds that it has waited before; none of its hours. */
  idleSince: z.string().nullable().default(null),
  idleSeconds: z.number().default(0),
});
export type Controls = z.output<typeof controlsSchema>;
