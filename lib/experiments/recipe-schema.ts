import { z } from "zod";

const plainStepSchema = z.object({ method: z.string(), params: z.record(z.string(), z.unknown()).default({}) });

/** A step is taken where its condition holds on the model as it is before it; figures are ratios to the uncompressed one. */
const conditionSchema = z.object({
  figure: z.enum(["perplexity_ratio", "parameters_ratio", "latency_ratio"]),
  op: z.enum(["below", "above"]),
  value: z.number().positive(),
  otherwise: z.union([z.enum(["skip", "stop"]), z.array(plainStepSchema).min(1).max(8)]).default("skip"),
});

export const recipeSchema = z.object({
  version: z.literal(1).default(1),
  steps: z.array(plainStepSchema.extend({ when: conditionSchema.optional() })).max(8),
  runtime: z.string().default("transformers"),
});
export type Recipe = z.infer<typeof recipeSchema>;

/** The episode of another experiment whose measurement an episode has taken over. */
export const reusedFromSchema = z.object({ experimentId: z.uuid(), experiment: z.string(), episode: z.number().int(), at: z.string() });
export type ReusedFrom = z.infer<typeof reusedFromSchema>;

/** A template that comes first, as it was at launch. */
export const firstPickSchema = z.object({ title: z.string(), summary: z.string(), recipe: recipeSchema });
export type FirstPick = z.infer<typeof firstPickSchema>;
