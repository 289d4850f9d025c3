import { z } from "zod";

/** Files in which agents keep what they know, and that people read. What is derived can be written again from the database. */

export const workspaceKinds = ["experiments", "knowledge", "checkpoints"] as const;
export type WorkspaceKind = (typeof workspaceKinds)[number];

/** No separators, no leading dot: a name cannot lead out of its folder. */
export const workspaceNameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,180}\.(json|md)$/, "A name has letters, digits, dots, dashes and underscores, and ends in .json or .md.");

export const workspaceFileSchema = z.object({ kind: z.enum(workspaceKinds, "Choose experiments, knowledge or checkpoints."), name: workspaceNameSchema });

export interface WorkspaceEntry {
  kind: WorkspaceKind;
  name: string;
  bytes: number;
  changedAt: string;
}

export interface WorkspaceFile extends WorkspaceEntry {
  text: string;
}

const evidenceSchema = z.strictObject({ experiment: z.string().min(1).max(200), episode: z.number().int().min(0).max(500) });

/** What an agent, or a person, has found out, with the measurements it rests on. */
export const noteSchema = z.strictObject({
  title: z.string().trim().min(3, "Give the note a title.").max(120),
  text: z.string().trim().min(1, "Say what was found.").max(20_000, "At most 20,000 characters."),
  evidence: z.array(evidenceSchema).min(1, "Name at least one experiment and episode that it rests on.").max(20),
});
export type Note = z.infer<typeof noteSchema>;
