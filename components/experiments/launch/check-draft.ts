import { readCorrections, readGoal } from "@/components/experiments/launch/goal-draft";
import type { LaunchDraft } from "@/components/experiments/launch/prefill";
import { launchPartsOf, nothingSpoken } from "@/components/experiments/launch/spoken-goal";
import { launchSchema, type FieldProblem, type Launch } from "@/lib/experiments/schema";

export type Checked = { ok: true; launch: Launch } | { ok: false; problems: FieldProblem[] };

/** Judges the typed text by the same schema as the server, so that plain slips need no round trip. */
export function checkDraft(draft: LaunchDraft): Checked {
  const { goal, limits, problems: ofGoal } = readGoal(draft.goal);
  const { words, weights, constraints, tokens } = launchPartsOf(draft.spoken ?? nothingSpoken);
  const { corrections, problems: ofSpec } = readCorrections(draft.specCorrections);
  const result = launchSchema.safeParse({
    ...draft,
    itemLimit: draft.itemLimit.trim() || null,
    goal: { ...goal, words, weights, constraints: [...(goal.constraints ?? []), ...constraints] },
    limits: { ...limits, tokens },
    specCorrections: corrections,
  });
  if (result.success && ofGoal.length + ofSpec.length === 0) return { ok: true, launch: result.data };
  const seen = new Set<string>();
  const problems: FieldProblem[] = [...ofGoal, ...ofSpec];
  if (result.success) return { ok: false, problems };
  for (const issue of result.error.issues) {
    const field = issue.path.join(".");
    if (seen.has(field)) continue;
    seen.add(field);
    problems.push({ field, message: issue.message, remedy: "" });
  }
  return { ok: false, problems };
}
