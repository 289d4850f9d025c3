import { z } from "zod";
import { experimentStatuses, type ExperimentSummary } from "./schema";

/** A line of the list: what else is told where the episodes themselves are not. */
export interface ListedExperiment extends ExperimentSummary {
  /** Hypervolume after each episode. */
  volumes: number[];
  spentSeconds: number;
  best: BestPoint | null;
}

/** The knee of a front beside the uncompressed model. */
export interface BestPoint {
  number: number;
  label: string;
  accuracyPoints: number;
  latencyRatio: number;
  sizeRatio: number;
}

/** Which experiments a list shows: text in name or model, and states separated by commas. */
export const experimentListSchema = z.object({
  cursor: z.uuid("A cursor is the id of an experiment.").nullish(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  q: z.string().max(200).default(""),
  status: z
    .string()
    .transform((text) => text.split(",").filter(Boolean))
    .pipe(z.array(z.enum(experimentStatuses)))
    .default([]),
});
export type ExperimentListQuery = z.infer<typeof experimentListSchema>;
