import { z } from "zod";

/** What is known of a model before it is loaded, each fact with where it is known from. */

export const specFieldSources = ["measured", "files", "hub", "database", "name", "person"] as const;

/** One inferred fact of a model, with where it is known from. */
export const specFieldSchema = <T extends z.ZodType>(value: T) =>
  z.object({ value, source: z.enum(specFieldSources), confidence: z.enum(["high", "medium", "low"]) });

export const modelSpecSchema = z.object({
  model: z.string(),
  revision: z.string().nullable(),
  model_size_gb: specFieldSchema(z.number()),
  parameters: specFieldSchema(z.number().nullable()),
  model_family: specFieldSchema(z.string()),
  architecture: specFieldSchema(z.string().nullable()),
  layers: specFieldSchema(z.number().nullable()),
  vocabulary: specFieldSchema(z.number().nullable()),
  /** Longest sequence in tokens. */
  context: specFieldSchema(z.number().nullable()).default({ value: null, source: "name", confidence: "low" }),
  license: specFieldSchema(z.string().nullable()),
  gated: specFieldSchema(z.boolean().nullable()),
  min_vram_gb: specFieldSchema(z.number()),
  recommended_vram_gb: specFieldSchema(z.number()),
  preferred_methods: z.array(z.string()),
  /** Distinct input widths of the linear layers; group sizes must divide them. Empty when unknown. */
  linear_in_features: z.array(z.number()).default([]),
  notes: z.array(z.string()).default([]),
});
export type ModelSpec = z.infer<typeof modelSpecSchema>;
