import { z } from "zod";

const mostCharacters = 5_000_000;

/** A benchmark of the user's own, as the form, the API and the command line send it; the runner checks its items. */
export const benchmarkUploadSchema = z.object({
  name: z.string().regex(/^[a-z][a-z0-9_]{1,40}$/, "A name is a small letter followed by small letters, digits and underscores."),
  title: z.string().trim().max(120, "A title has at most 120 characters.").default(""),
  format: z.enum(["jsonl", "yaml"], "The file must end in .jsonl, .yaml or .yml."),
  content: z.string().min(1, "The file is empty.").max(mostCharacters, "The file is larger than 5 MB."),
});
export type BenchmarkUpload = z.output<typeof benchmarkUploadSchema>;

/** What an upload of this file would be: name and format from the file's name. */
export function uploadOf(fileName: string, content: string): { name: string; format: string; content: string } {
  const dot = fileName.lastIndexOf(".");
  const stem = (dot > 0 ? fileName.slice(0, dot) : fileName).toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").replace(/^[^a-z]+/, "").replace(/_+$/, "");
  const ending = fileName.slice(dot + 1).toLowerCase();
  return { name: stem.slice(0, 41), format: ending === "yml" ? "yaml" : ending, content };
}
