import type { ReactNode } from "react";
import type { FieldProblem } from "@/lib/experiments/schema";

export function FieldErrors({ id, problems }: { id: string; problems: readonly FieldProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <div id={id} className="mt-1 text-sm">
      {problems.map((problem, index) => (
        <p key={index}>
          <span className="text-bad">{problem.message}</span> {problem.remedy ? <span className="text-ink-2">{problem.remedy}</span> : null}
        </p>
      ))}
    </div>
  );
}

interface Props {
  name: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  problems: readonly FieldProblem[];
  hint?: ReactNode;
  inputMode?: "numeric" | "decimal" | "text";
  className?: string;
  mono?: boolean;
}

/** A labelled text field with its problems. Numbers are text fields too: a number field drops what it cannot parse. */
export function TextField({ name, label, value, onChange, problems, hint, inputMode = "text", className, mono }: Props) {
  const described = [problems.length > 0 ? `${name}-problem` : "", hint ? `${name}-hint` : ""].filter(Boolean).join(" ");
  return (
    <div className={className}>
      <label htmlFor={name} className="mb-1 block font-medium">
        {label}
      </label>
      <input
        id={name}
        name={name}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        inputMode={inputMode}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={problems.length > 0}
        aria-describedby={described || undefined}
        className={`control w-full ${mono ? "font-mono" : "figures"}`}
      />
      <FieldErrors id={`${name}-problem`} problems={problems} />
      {hint ? (
        <p id={`${name}-hint`} className="mt-1 text-xs text-ink-3">
          {hint}
        </p>
      ) : null}
    </div>
  );
}
