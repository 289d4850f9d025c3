"use client";

import { clsx } from "clsx";
import { boundFields, limitFields, withPreset, type GoalDraft } from "@/components/experiments/launch/goal-draft";
import { TextField } from "@/components/ui/field";
import { goalPresets, presetInfo } from "@/lib/domain/goals";
import type { FieldProblem } from "@/lib/experiments/schema";

interface Props {
  draft: GoalDraft;
  onChange: (draft: GoalDraft) => void;
  problems: readonly FieldProblem[];
}

/** What counts, what must hold, and what may be spent. */
export function GoalFields({ draft, onChange, problems }: Props) {
  const field = ({ name, label, unit, hint }: { name: keyof GoalDraft; label: string; unit: string; hint?: string }) => (
    <TextField
      key={name}
      name={`goal.${name}`}
      label={unit ? `${label}, ${unit}` : label}
      value={draft[name]}
      onChange={(value) => onChange({ ...draft, [name]: value })}
      problems={problems.filter((problem) => problem.field === `goal.${name}`)}
      inputMode="decimal"
      hint={hint}
    />
  );
  return (
    <div className="grid grid-cols-1 gap-4">
      <fieldset>
        <legend className="mb-1 font-medium">Goal</legend>
        <div className="grid grid-cols-2 gap-2 sm:grid-cols-3">
          {goalPresets.map((preset) => (
            <label
              key={preset}
              className={clsx(
                "flex cursor-pointer gap-2 rounded-md border px-3 py-2 has-focus-visible:outline-2 has-focus-visible:outline-accent",
                draft.preset === preset ? "border-accent bg-selected" : "border-line hover:bg-hover",
              )}
            >
              <input type="radio" name="preset" value={preset} checked={draft.preset === preset} onChange={() => onChange(withPreset(draft, preset))} className="mt-1 accent-accent" />
              <span className="min-w-0">
                <span className="block font-medium">{presetInfo[preset].title}</span>
                <span className="block text-xs text-ink-2">{presetInfo[preset].summary}</span>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <details open={boundFields.some(({ name }) => draft[name] !== "") || problems.length > 0}>
        <summary className="w-fit rounded-sm font-medium text-ink-2 hover:text-ink">Constraints and limits</summary>
        <div className="mt-3 grid gap-4 sm:grid-cols-2">{boundFields.map(field)}</div>
        <p className="mt-1 text-xs text-ink-3">A solution that breaks a constraint is kept and shown, but never on the front. Empty means no bound.</p>
        <div className="mt-3 grid gap-4 sm:grid-cols-2">{limitFields.map(field)}</div>
      </details>
    </div>
  );
}
