import { z } from "zod";
import { recipeSchema } from "./recipe-schema";
import { ruleKinds } from "./rules-schema";

/** What a person may change while an experiment runs. Each takes effect when the next episode is decided. */

const more = (what: string) => z.coerce.number(`${what} must be a number.`).positive(`${what} must be more than zero.`);

export const extensionSchema = z
  .strictObject({
    episodes: more("Episodes").int("Episodes must be a whole number.").max(500),
    hours: more("Hours").max(720),
    carbonGrams: more("Grams of CO2").max(1e9),
    usd: more("Money").max(1e6),
    tokens: more("Tokens").max(1e12),
  })
  .partial()
  .refine((added) => Object.values(added).some((value) => value !== undefined), "Say what to add.");
export type Extension = z.output<typeof extensionSchema>;

export const steerSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("pause") }),
  z.strictObject({ kind: z.literal("resume") }),
  /** The recipe of the next episode; null takes back what was set. */
  z.strictObject({ kind: z.literal("next"), recipe: recipeSchema.nullable() }),
  /** One name of the experiment's rules: a method or a kind of steps. */
  z.strictObject({ kind: z.literal("method"), method: z.string().trim().min(1, "Name a method.").max(60), rule: z.enum([...ruleKinds, "free"]) }),
  z.strictObject({ kind: z.literal("extend"), add: extensionSchema }),
]);
export type Steer = z.output<typeof steerSchema>;

/** A change that a person made, as it stands in the log. */
export interface SteerRecord {
  seq: number;
  at: string;
  by: string;
  change: Steer;
}
