import type { OfferChoice } from "@/components/experiments/launch/choices";
import { FieldErrors } from "@/components/ui/field";
import type { FieldProblem } from "@/lib/experiments/schema";

interface Props {
  strategies: OfferChoice[];
  value: string;
  onChange: (value: string) => void;
  problems: readonly FieldProblem[];
}

export function StrategyField({ strategies, value, onChange, problems }: Props) {
  return (
    <div className="sm:col-span-2">
      <label htmlFor="strategy" className="mb-1 block font-medium">
        Search strategy
      </label>
      <select id="strategy" name="strategy" value={value} onChange={(event) => onChange(event.target.value)} aria-invalid={problems.length > 0} aria-describedby="strategy-hint" className="control w-full">
        {strategies.map(({ name, title, available }) => (
          <option key={name} value={name} disabled={!available}>
            {title}
          </option>
        ))}
      </select>
      <FieldErrors id="strategy-problem" problems={problems} />
      <p id="strategy-hint" className="mt-1 text-xs text-ink-3">
        {strategies.find(({ name }) => name === value)?.summary}
      </p>
    </div>
  );
}
