import type { BenchmarkChoice } from "@/components/experiments/launch/choices";
import { FieldErrors } from "@/components/ui/field";
import type { FieldProblem } from "@/lib/experiments/schema";

interface Props {
  choices: BenchmarkChoice[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
  problems: readonly FieldProblem[];
}

export function BenchmarkList({ choices, chosen, onChange, problems }: Props) {
  const toggle = (name: string) => onChange(chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name]);
  const usable = choices.filter((choice) => choice.available).map((choice) => choice.name);
  const all = usable.length > 0 && usable.every((name) => chosen.includes(name));
  return (
    <fieldset aria-describedby={problems.length > 0 ? "benchmarks-problem" : undefined} className="min-w-0">
      <legend className="mb-1 flex w-full items-baseline justify-between font-medium">
        Benchmarks
        {usable.length > 1 ? (
          <button type="button" className="rounded-sm text-xs font-normal text-accent hover:underline" onClick={() => onChange(all ? [] : usable)}>
            {all ? "Choose none" : "Choose all"}
          </button>
        ) : null}
      </legend>
      <div className={`rounded-md border ${problems.length > 0 ? "border-bad" : "border-line-strong"}`}>
        {choices.length === 0 ? <p className="px-3 py-2 text-ink-2">The list comes from the runner, which does not answer yet.</p> : null}
        {choices.map(({ name, title, like, items, metric, available, reason, remedy }, index) => (
          <label
            key={name}
            className={`flex min-h-9 items-start gap-3 border-b border-line px-3 py-2 last:border-0 ${available ? "cursor-pointer hover:bg-hover" : ""}`}
          >
            <input
              type="checkbox"
              id={index === 0 ? "benchmarks" : undefined}
              name="benchmarks"
              value={name}
              checked={chosen.includes(name)}
              onChange={() => toggle(name)}
              disabled={!available && !chosen.includes(name)}
              className="mt-0.5 size-4 shrink-0 accent-[var(--accent)]"
            />
            <span className="min-w-0 flex-1">
              <span className={available ? "" : "text-ink-2"}>{title}</span>
              {like && like !== title ? <span className="text-ink-3"> in the style of {like}</span> : null}
              {available ? null : (
                <span className="block text-xs text-warn">
                  Not available: {reason} {remedy}
                </span>
              )}
            </span>
            <span className="shrink-0 text-right text-xs leading-5 text-ink-3">
              <span className="figures">{items}</span> items<span className="hidden sm:inline"> · {metric}</span>
            </span>
          </label>
        ))}
      </div>
      <FieldErrors id="benchmarks-problem" problems={problems} />
    </fieldset>
  );
}
