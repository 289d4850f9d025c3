import { z } from "zod";
import { objectiveKeys, type Figures } from "@/lib/domain/objectives";
import { recipeSchema, type Recipe } from "@/lib/experiments/schema";

/** What the memory keeps and says, in the database, in its file and on the page. */

/** The circumstances under which a recipe was tried: what similarity compares. */
export const skillContextSchema = z.object({
  model: z.string().min(1).max(500),
  /** Hash of the weights, or the hub's commit. */
  revision: z.string().max(200).nullable(),
  family: z.string().max(200),
  parameters: z.number().positive().nullable(),
  layers: z.number().int().positive().nullable(),
  device: z.string().max(200),
  benchmarks: z.array(z.string().max(200)).max(50),
  itemLimit: z.number().int().positive().nullable(),
  /** Weights of the objectives; a missing one weighs 1. */
  goal: z.partialRecord(z.enum(objectiveKeys), z.number().nonnegative()),
});
export type SkillContext = z.infer<typeof skillContextSchema>;

const rangeSchema = z
  .object({ value: z.number(), low: z.number(), high: z.number() })
  .refine(({ value, low, high }) => low <= value && value <= high, "The value lies outside of its interval.");
export const rangesSchema = z.record(z.enum(objectiveKeys), rangeSchema);
export type Ranges = z.infer<typeof rangesSchema>;

export const skillRecordSchema = z
  .object({
    experimentId: z.uuid(),
    experiment: z.string().min(1).max(300),
    episode: z.number().int().min(1),
    ...skillContextSchema.shape,
    label: z.string().max(2000),
    recipe: recipeSchema,
    ratios: rangesSchema.nullable(),
    figures: rangesSchema.nullable(),
    error: z.object({ code: z.string().max(100), message: z.string().max(5000) }).nullable(),
    /** Scoring ended early, so that the accuracy rests on fewer items. */
    partial: z.boolean().default(false),
    at: z.iso.datetime(),
  })
  .refine((record) => (record.error === null) === (record.ratios !== null && record.figures !== null), "A record is either measured or failed.");
export type SkillRecord = z.infer<typeof skillRecordSchema>;

export const memoryFormat = "pareto-lab-memory";

/** Records are parsed one by one, so that a bad one is refused by itself. */
export const memoryFileSchema = z.object({
  format: z.literal(memoryFormat, `This is no memory file: "format" must be "${memoryFormat}".`),
  version: z.literal(1, "Only version 1 of the memory file can be read."),
  exportedAt: z.iso.datetime().optional(),
  records: z.array(z.unknown(), "A memory file holds a list of records.").max(100_000, "At most 100,000 records in one file."),
});
export type MemoryFile = Omit<z.infer<typeof memoryFileSchema>, "records"> & { records: SkillRecord[] };

export const importRequestSchema = z.object({ name: z.string().trim().min(1, "Name the file.").max(200), file: memoryFileSchema });

export type ImportRequest = z.infer<typeof importRequestSchema>;

export interface ImportReply {
  added: number;
  known: number;
  refused: number;
  /** Why records were refused, by their place in the file; the first hundred. */
  reasons: { record: number; reason: string }[];
}

/** Another experiment's outcome as a search weighs it. */
export interface Experience {
  recipe: Recipe;
  /** Each objective over its baseline's. */
  ratios: Figures;
  /** Half of the 95 % interval of each ratio. */
  spread: Figures;
  similarity: number;
  /** Experiment and episode, as `name#episode`. */
  source: string;
}

/** A recipe that came to nothing under similar circumstances. */
export interface PastFailure {
  recipe: Recipe;
  label: string;
  code: string;
  message: string;
  similarity: number;
  source: string;
}

export const memoryQuerySchema = z.object({
  /** Ranks by similarity to this model, as the runner knows it. */
  like: z.string().trim().max(500).default(""),
  text: z.string().trim().max(200).default(""),
  outcome: z.enum(["all", "measured", "failed"]).default("all"),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type MemoryQuery = z.infer<typeof memoryQuerySchema>;

export interface MemoryRow extends SkillRecord {
  id: string;
  importedFrom: string | null;
  /** Whether the experiment it came from is kept in this lab. */
  here: boolean;
  similarity: number | null;
}

export interface MemoryPage {
  rows: MemoryRow[];
  /** All that match the query, of which `rows` is a part. */
  matching: number;
  total: number;
}
