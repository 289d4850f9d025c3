"use client";

import { correctable, type CorrectionDraft } from "@/components/experiments/launch/goal-draft";
import { TextField } from "@/components/ui/field";
import type { FieldProblem } from "@/lib/experiments/schema";

interface Props {
  draft: CorrectionDraft;
  onChange: (draft: CorrectionDraft) => void;
  problems: readonly FieldProblem[];
}

/** For a person who knows the model better than its files and its name tell. */
export function SpecCorrections({ draft, onChange, problems }: Props) {
  return (
    <details className="border-t border-line px-3 py-2" open={problems.length > 0 || undefined}>
      <summary className="w-fit rounded-sm py-0.5 text-sm text-ink-2 hover:text-ink">Correct what is wrong</summary>
      <div className="mt-2 grid gap-3 sm:grid-cols-2">
        {correctable.map(({ name, label, hint }) => (
          <TextField
            key={name}
            name={`specCorrections.${name}`}
            label={label}
            value={draft[name] ?? ""}
            onChange={(value) => onChange({ ...draft, [name]: value })}
            problems={problems.filter((problem) => problem.field === `specCorrections.${name}`)}
            hint={hint || undefined}
          />
        ))}
      </div>
      <p className="mt-2 text-xs text-ink-3">Empty fields stay as they are known. What is measured later replaces both.</p>
    </details>
  );
}
