import type { LaunchDraft } from "@/components/experiments/launch/prefill";
import { launchSchema, type FieldProblem, type Launch } from "@/lib/experiments/schema";

export type Checked = { ok: true; launch: Launch } | { ok: false; problems: FieldProblem[] };

/** Judges the typed text by the same schema as the server, so that plain slips need no round trip. */
export function checkDraft(draft: LaunchDraft): Checked {
  const result = launchSchema.safeParse({ ...draft, itemLimit: draft.itemLimit.trim() || null });
  if (result.success) return { ok: true, launch: result.data };
  const seen = new Set<string>();
  const problems: FieldProblem[] = [];
  for (const issue of result.error.issues) {
    const field = issue.path.join(".");
    if (seen.has(field)) continue;
    seen.add(field);
    problems.push({ field, message: issue.message, remedy: "" });
  }
  return { ok: false, problems };
}
