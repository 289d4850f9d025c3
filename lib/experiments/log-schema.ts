import { z } from "zod";

/** What is asked of an experiment's log, and the part of it that is answered. */

export const logPhases = ["compress", "evaluate"] as const;
export type LogPhase = (typeof logPhases)[number];

export const logQuerySchema = z
  .object({
    /** The episode whose job's log is read; without one, what the lab itself did. */
    episode: z.coerce.number().int().min(0).max(1e7).optional(),
    phase: z.enum(logPhases).optional(),
    /** Where an earlier part ended. */
    after: z.coerce.number().int().min(0).default(0),
  })
  .refine(({ episode, phase }) => (episode === undefined) === (phase === undefined), "Name an episode and its phase, compress or evaluate, or neither.");
export type LogQuery = z.output<typeof logQuerySchema>;

export interface LogLine {
  at: string;
  level: string;
  /** The step of the job, or the kind of event. */
  stage: string;
  message: string;
}

export interface LogPage {
  lines: LogLine[];
  next: number;
  /** Further lines are there already. */
  more: boolean;
  /** None will be added. */
  ended: boolean;
  /** False where the runner has removed the log of an old job. */
  kept: boolean;
}
