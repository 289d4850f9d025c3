import { z } from "zod";
import { objectiveKeys, type ObjectiveKey } from "@/lib/domain/objectives";
import { recipeSchema } from "./recipe-schema";

/** What a decision expects: each figure as a ratio to the baseline's, with an 80 % interval. */
const expectedFigure = z.object({ ratio: z.number(), low: z.number(), high: z.number() });
export const expectationSchema = z.object(
  Object.fromEntries(objectiveKeys.map((key) => [key, expectedFigure])) as Record<ObjectiveKey, typeof expectedFigure>,
);
export type Expectation = z.infer<typeof expectationSchema>;

/** What a recipe is expected to add to the hypervolume, divided by the most there is. */
const gainSchema = z.object({ mean: z.number(), sd: z.number() });

/** Measurements that a decision rests on, of other experiments too; similarity is 0 to 1. */
const evidenceSchema = z.object({ source: z.string(), similarity: z.number() });

/** Who decided an episode's recipe, and why. Stored with the episode and shown. */
export const decisionRecordSchema = z.object({
  action: z.string(),
  /** Short human label of the recipe, e.g. "GPTQ 4-bit g128". */
  label: z.string(),
  recipe: recipeSchema.nullable(),
  reasoning: z.string(),
  decidedBy: z.enum(["baseline", "search", "memory", "model", "person"]),
  /** Set when the language model was asked but the search policy had to step in: why. */
  fallbackNote: z.string().nullable().default(null),
  languageModel: z.string().nullable().default(null),
  tokens: z.number().nullable().default(null),
  expected: expectationSchema.nullable().default(null),
  gain: gainSchema.nullable().default(null),
  evidence: z.array(evidenceSchema).default([]),
  alternatives: z
    .array(
      z.object({
        label: z.string(),
        recipe: recipeSchema,
        score: z.number(),
        expected: expectationSchema.nullable().default(null),
        gain: gainSchema.nullable().default(null),
      }),
    )
    .default([]),
});
export type DecisionRecord = z.infer<typeof decisionRecordSchema>;
