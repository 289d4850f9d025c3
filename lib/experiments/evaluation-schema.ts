import { z } from "zod";
import { objectiveKeys, type ObjectiveKey } from "@/lib/domain/objectives";

/** What the runner says of a solution: its figures, and how its artifact was made. */

export const figureSchema = z.object({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  n: z.number(),
  unit: z.string(),
  spread: z.string(),
  extra: z.record(z.string(), z.unknown()).default({}),
});
export type Figure = z.infer<typeof figureSchema>;

export type FigureSet = Record<ObjectiveKey, Figure>;
export const figureSetSchema = z.object(
  Object.fromEntries(objectiveKeys.map((key) => [key, figureSchema])) as Record<ObjectiveKey, typeof figureSchema>,
);

/** The runner's account of one evaluated artifact, as stored with the solution (without its per-item scores). */
export const evaluationSchema = z.object({
  ...figureSetSchema.shape,
  runtime: z.string(),
  perplexity: figureSchema.nullable().default(null),
  benchmarks: z.array(
    z.object({ name: z.string(), metric: z.string(), version: z.string(), score: figureSchema, delta: figureSchema.nullable().default(null) }),
  ),
  /** The paired difference in accuracy to the baseline, item by item. */
  accuracy_delta: figureSchema.nullable().default(null),
  /** The uncompressed model in the same runtime: what the runtime does, apart from the recipe. */
  reference: z
    .object({ runtime: z.string(), dtype: z.string(), latency_ms: figureSchema, memory_gb: figureSchema, model_size_gb: figureSchema })
    .nullable()
    .default(null),
  /** Set where the scoring ended before its last item because the outcome was sure. */
  early_stop: z
    .object({ reason: z.string(), decision: z.enum(["drop", "keep"]), against: z.string(), items_used: z.number(), items_total: z.number() })
    .nullable()
    .default(null),
  device: z.string(),
  seed: z.number(),
  versions: z.record(z.string(), z.string()),
  labels: z.array(z.string()),
  seconds: z.record(z.string(), z.number()),
});
export type Evaluation = z.infer<typeof evaluationSchema>;

// ---------------------------------------------------------------- compression

const rangeSchema = z.object({ value: z.number(), low: z.number(), high: z.number() });

/** The runner's account of one compression: what was written, where it loads, what was estimated before. */
export const artifactRecordSchema = z.object({
  hash: z.string(),
  size_bytes: z.number(),
  format: z.string(),
  labels: z.array(z.string()).default([]),
  notes: z.array(z.string()).default([]),
  steps: z.array(z.object({ method: z.string(), taken: z.boolean(), reason: z.string().default("") })).default([]),
  loads: z.array(z.object({ runtime: z.string(), loaded: z.boolean(), reason: z.string().default("") })).default([]),
  retries: z.array(z.string()).default([]),
  estimate: z
    .object({
      estimate: z.object({ memory_gb: rangeSchema, seconds: rangeSchema, artifact_gb: rangeSchema }),
      memory_gb: z.number(),
      seconds: z.number(),
      artifact_gb: z.number(),
    })
    .nullable()
    .default(null),
});
export type ArtifactRecord = z.infer<typeof artifactRecordSchema>;
