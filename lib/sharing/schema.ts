import { z } from "zod";

export const shareSchema = z.object({
  /** One experiment, or several to compare; ids or names. */
  experiments: z.array(z.string().min(1).max(200)).min(1, "Name an experiment.").max(6, "Six experiments at most."),
  title: z.string().trim().max(120).default(""),
  /** Query string of the page, so that the link opens the same view. */
  view: z.string().max(4_000).default(""),
  /** Shows what is there now for ever, instead of what is there when it is opened. */
  frozen: z.boolean().default(false),
  embeddable: z.boolean().default(false),
  /** Null never expires. */
  days: z.number().int("Use a whole number of days.").min(1, "Use a day at least.").max(365, "Use a year at most, or no end.").nullable().default(30),
});
export type ShareInput = z.input<typeof shareSchema>;
export type Share = z.output<typeof shareSchema>;

export interface ShareView {
  id: string;
  title: string;
  experiments: string[];
  view: string;
  frozen: boolean;
  embeddable: boolean;
  createdBy: string;
  createdAt: string;
  expiresAt: string | null;
}
