"use client";

import { columnsOf } from "@/components/charts/columns";
import type { Ranges } from "@/components/charts/scene";
import type { ChangeView } from "@/components/experiments/view/use-view-state";
import { withRange } from "@/components/experiments/view/view-state";
import { Button } from "@/components/ui/button";
import { formatNumber, formatQuantity } from "@/lib/domain/format";
import { objectives, type ObjectiveKey } from "@/lib/domain/objectives";
import type { SolutionPoint } from "@/lib/experiments/page-schema";

const steps = 100;

/** The worst that is accepted of each objective, from the best point's figure to any: the same ranges as the filters. */
export function LimitSliders({ points, baseline, ranges, change }: { points: readonly SolutionPoint[]; baseline: SolutionPoint; ranges: Ranges; change: ChangeView }) {
  const limited = objectives.some(({ key, direction }) => (ranges[key]?.[direction === "max" ? 0 : 1] ?? null) !== null);
  const columns = columnsOf(points);
  return (
    <fieldset>
      <legend className="mb-1 flex w-full items-center text-xs font-medium text-ink-2">
        What is accepted at worst
        {limited ? (
          <Button variant="quiet" className="ml-auto h-6 px-1.5 text-xs" onClick={() => change((state) => ({ ...state, ranges: {}, page: 0 }))}>
            Any
          </Button>
        ) : null}
      </legend>
      {objectives.map(({ key, label, direction }) => {
        const { least: low, most: high } = columns[key];
        const [best, worst] = direction === "max" ? [high, low] : [low, high];
        const end = ranges[key]?.[direction === "max" ? 0 : 1] ?? null;
        const position = end === null || worst === best ? steps : Math.round(((end - best) / (worst - best)) * steps);
        const set = (to: number): void => {
          // A hair beyond the figure that is meant, since the address rounds to four digits.
          const value = best + ((worst - best) * to) / steps;
          const limit = to >= steps ? null : value + (worst - best) * 1e-3;
          change((state) => {
            const [from, until] = state.ranges[key] ?? [null, null];
            return withRange(state, key, direction === "max" ? [limit, until] : [from, limit]);
          });
        };
        return (
          <label key={key} className="grid h-6 grid-cols-[4.5rem_minmax(0,1fr)_6.5rem] items-center gap-2 text-xs">
            {label}
            <input
              type="range"
              min={0}
              max={steps}
              value={Math.min(steps, Math.max(0, position))}
              aria-label={`Limit of ${label}`}
              aria-valuetext={end === null ? "any" : limitText(key, end, baseline)}
              onChange={(event) => set(Number(event.target.value))}
              className="w-full accent-[var(--accent)]"
            />
            <span className="figures truncate text-right text-ink-2">{end === null ? "any" : limitText(key, end, baseline)}</span>
          </label>
        );
      })}
    </fieldset>
  );
}

/** Accuracy as what may be lost of the baseline's, costs in their unit. */
function limitText(key: ObjectiveKey, limit: number, baseline: SolutionPoint): string {
  if (key !== "accuracy") return `≤ ${formatQuantity(key, limit).replace("/1k tokens", "").replace("/token", "")}`;
  const loss = (baseline.figures.accuracy.value - limit) * 100;
  return loss >= 0 ? `loss ≤ ${formatNumber(loss, 2)} pt` : `gain ≥ ${formatNumber(-loss, 2)} pt`;
}
