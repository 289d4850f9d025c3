import type { BenchmarkChoice } from "@/components/experiments/launch/choices";
import { OwnBenchmark } from "@/components/experiments/launch/own-benchmark";
import { FieldErrors } from "@/components/ui/field";
import { sentence } from "@/components/ui/sentence";
import { wholeNumber } from "@/components/whole-number";
import type { FieldProblem } from "@/lib/experiments/schema";

interface Props {
  choices: BenchmarkChoice[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
  problems: readonly FieldProblem[];
}

/** What can run here is a list to choose from; what cannot is folded away with its reasons, unless it was asked for. */
export function BenchmarkList({ choices, chosen, onChange, problems }: Props) {
  const toggle = (name: string) => onChange(chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name]);
  const usable = choices.filter((choice) => choice.available).map((choice) => choice.name);
  const all = usable.length > 0 && usable.every((name) => chosen.includes(name));
  const shown = choices.filter((choice) => choice.available || chosen.includes(choice.name));
  const missing = choices.filter((choice) => !shown.includes(choice));
  return (
    <fieldset aria-describedby={problems.length > 0 ? "benchmarks-problem" : undefined} className="min-w-0">
      <legend className="mb-1 font-medium">Benchmarks</legend>
      <div className={`rounded-md border ${problems.length > 0 ? "border-bad" : "border-line-strong"}`}>
        {usable.length > 1 ? (
          <div className="flex h-8 items-center justify-between border-b border-line px-3 text-xs text-ink-2">
            <span className="figures">
              {chosen.length} of {usable.length} chosen
            </span>
            <button type="button" className="rounded-sm text-accent hover:underline" onClick={() => onChange(all ? [] : usable)}>
              {all ? "Choose none" : "Choose all"}
            </button>
          </div>
        ) : null}
        {choices.length === 0 ? <p className="px-3 py-2 text-ink-2">The list comes from the runner, which does not answer yet.</p> : null}
        {shown.map((choice) => (
          <Row key={choice.name} choice={choice} checked={chosen.includes(choice.name)} onToggle={() => toggle(choice.name)} />
        ))}
        {missing.length > 0 ? (
          <details>
            <summary className="px-3 py-2 text-ink-2 hover:bg-hover">
              <span className="figures">{missing.length}</span> more cannot run here yet
            </summary>
            <ul className="border-t border-line">
              {missing.map(({ name, title, reason, remedy }) => (
                <li key={name} className="border-b border-line px-3 py-2 last:border-0">
                  <span className="font-medium">{title}</span> <span className="text-xs break-words text-ink-2">{sentence(reason)} {sentence(remedy)}</span>
                </li>
              ))}
            </ul>
          </details>
        ) : null}
        {choices.length > 0 ? (
          <OwnBenchmark
            own={choices.filter((choice) => choice.own)}
            onAdded={(name) => onChange([...chosen.filter((each) => each !== name), name])}
            onRemoved={(name) => onChange(chosen.filter((each) => each !== name))}
          />
        ) : null}
      </div>
      <FieldErrors id="benchmarks-problem" problems={problems} />
    </fieldset>
  );
}

/** The metric names of the evaluation library, in words. */
const metricWords: Record<string, string> = { acc: "accuracy", acc_norm: "normalised accuracy", exact_match: "exact match" };

function Row({ choice, checked, onToggle }: { choice: BenchmarkChoice; checked: boolean; onToggle: () => void }) {
  const { name, title, like, items, metric, available, reason, remedy } = choice;
  return (
    <label className="flex min-h-8 cursor-pointer items-start gap-3 border-b border-line px-3 py-1.5 last:border-0 hover:bg-hover">
      <input type="checkbox" name="benchmarks" value={name} checked={checked} onChange={onToggle} className="mt-0.5 size-4 shrink-0 accent-[var(--accent)]" />
      <span className="min-w-0 flex-1">
        {title}
        {like && like !== name ? <span className="text-ink-3"> in the style of {like}</span> : null}
        {available ? null : (
          <span className="block text-xs text-warn">
            Cannot run here: {sentence(reason)} {sentence(remedy)}
          </span>
        )}
      </span>
      <span className="shrink-0 text-right text-xs leading-5 text-ink-3">
        <span className="figures">{wholeNumber(items)}</span> items<span className="hidden sm:inline"> · {metricWords[metric] ?? metric}</span>
      </span>
    </label>
  );
}
