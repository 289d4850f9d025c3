import { z } from "zod";

/** An experiment's to-do list: written by the planner, read by every decision, and changed by a person at any time. */

export const planStatuses = ["todo", "doing", "done", "skipped"] as const;
export type PlanStatus = (typeof planStatuses)[number];

/** What tells, from what was measured alone, how far an item is. */
export const planCheckSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("baseline") }),
  /** A recipe with one of these methods was measured, in an episode later than `after`. */
  z.strictObject({ kind: z.literal("method"), methods: z.array(z.string().max(60)).min(1).max(60), after: z.number().int().default(0) }),
  /** A recipe was measured in one of these runtimes. */
  z.strictObject({ kind: z.literal("runtime"), runtimes: z.array(z.string().max(60)).min(1).max(20) }),
  /** A recipe of two steps or more was measured that has all of these methods. */
  z.strictObject({ kind: z.literal("combination"), methods: z.array(z.string().max(60)).max(8).default([]) }),
  /** A compressed solution keeps the goal's constraints. */
  z.strictObject({ kind: z.literal("feasible") }),
  z.strictObject({ kind: z.literal("end") }),
]);
export type PlanCheck = z.infer<typeof planCheckSchema>;

export const planEvidenceSchema = z.object({ episode: z.number().nullable(), text: z.string() });
export type PlanEvidence = z.infer<typeof planEvidenceSchema>;

export interface PlanItemView {
  id: string;
  text: string;
  status: PlanStatus;
  author: "planner" | "person";
  evidence: PlanEvidence[];
}

/** An item as its planner hands it in. */
export interface DraftItem {
  text: string;
  check: PlanCheck | null;
  evidence: PlanEvidence[];
}

const experimentId = z.string().min(1).max(200);
const itemId = z.uuid("There is no such item.");
const text = z.string().trim().min(1, "Say what is to be done.").max(500, "At most 500 characters.");

/** One change by a person. */
export const planChangeSchema = z.discriminatedUnion("change", [
  z.strictObject({ change: z.literal("add"), text, before: itemId.nullish() }),
  z.strictObject({ change: z.literal("edit"), item: itemId, text: text.optional(), status: z.enum(planStatuses).optional() }),
  /** To stand before another item, or at the end. */
  z.strictObject({ change: z.literal("move"), item: itemId, before: itemId.nullable() }),
  z.strictObject({ change: z.literal("remove"), item: itemId }),
  z.strictObject({ change: z.literal("restore"), item: itemId }),
]);
export type PlanChange = z.infer<typeof planChangeSchema>;

export const planActionSchema = z.object({ id: experimentId, change: planChangeSchema });
