import { z } from "zod";

/** What was learnt from some episodes. The facts are computed; words and a next step may be a language model's. */

const range = z.object({ ratio: z.number(), low: z.number(), high: z.number() });

export const reflectionFactsSchema = z.object({
  done: z.number(),
  failed: z.number(),
  improved: z.number(),
  hypervolume: z.number(),
  /** For each method: what its episodes added to the hypervolume, and its solutions' figures over the baseline's. */
  methods: z.array(
    z.object({
      method: z.string(),
      episodes: z.array(z.number()),
      gain: z.number(),
      /** 95 % intervals; over recipes where there are several, of the measurement where there is one. */
      accuracy: range,
      model_size_gb: range,
      latency_ms: range,
    }),
  ),
  /** Figures that lie outside what their decision expected, with both intervals. */
  surprises: z.array(z.object({ episode: z.number(), label: z.string(), objective: z.string(), expected: range, measured: range })),
  failures: z.array(z.object({ code: z.string(), episodes: z.array(z.number()), message: z.string() })),
  /** Compressed solutions that keep the goal's constraints; null where the goal has none. */
  feasible: z.object({ kept: z.number(), of: z.number() }).nullable(),
});
export type ReflectionFacts = z.infer<typeof reflectionFactsSchema>;
export type FactRange = z.infer<typeof range>;

export const nextStepSchema = z.object({ text: z.string(), methods: z.array(z.string()), by: z.string() });
export type NextStep = z.infer<typeof nextStepSchema>;

export const reflectionSchema = z.object({
  /** The last episode that it looks at. */
  after: z.number(),
  facts: reflectionFactsSchema,
  learnt: z.array(z.string()),
  next: nextStepSchema.nullable(),
  /** Who found the words: "rules", or the language model's name. */
  by: z.string(),
  /** Why a language model that was asked did not answer. */
  note: z.string().nullable(),
});
export type Reflection = z.infer<typeof reflectionSchema>;
