"use client";

import { useMemo, useState } from "react";
import { columnsOf } from "@/components/charts/columns";
import type { Range, Ranges } from "@/components/charts/scene";
import type { ChangeView } from "@/components/experiments/view/use-view-state";
import { withRange } from "@/components/experiments/view/view-state";
import { Button } from "@/components/ui/button";
import { scaleFor } from "@/lib/domain/format";
import { objectives, type ObjectiveKey } from "@/lib/domain/objectives";
import type { SolutionPoint } from "@/lib/experiments/page-schema";

interface Props {
  points: readonly SolutionPoint[];
  ranges: Ranges;
  frontOnly: boolean;
  shown: number;
  change: ChangeView;
}

/** The ranges that every view and the table are filtered by, as fields; drawing them on an axis is the same thing. */
export function FilterBar({ points, ranges, frontOnly, shown, change }: Props) {
  const active = Object.keys(ranges).length + (frontOnly ? 1 : 0);
  const front = useMemo(() => points.filter((point) => point.onFront).length, [points]);
  return (
    <details className="border-t border-line text-xs" open={active > 0 || undefined}>
      <summary className="flex flex-wrap items-center gap-x-3 px-3 py-1.5 text-ink-2 hover:text-ink">
        <span className="font-medium">Filters</span>
        <span className="figures" data-testid="shown-count">
          {shown} of {points.length} shown
        </span>
        <span className="figures">{front} on the front</span>
      </summary>
      <div className="flex flex-wrap items-end gap-x-4 gap-y-2 px-3 pb-2">
        {objectives.map(({ key, label }) => (
          <RangeFields key={key} name={key} label={label} points={points} range={ranges[key] ?? [null, null]} onRange={(range) => change((state) => withRange(state, key, range))} />
        ))}
        <label className="flex h-7 items-center gap-1.5">
          <input
            type="checkbox"
            checked={frontOnly}
            onChange={(event) => {
              const { checked } = event.target;
              change((state) => ({ ...state, frontOnly: checked, page: 0 }));
            }}
            className="size-4 accent-[var(--accent)]"
          />
          front only ({front})
        </label>
        {active > 0 ? (
          <Button variant="quiet" className="h-7 px-2 text-xs" onClick={() => change((state) => ({ ...state, ranges: {}, frontOnly: false, page: 0 }))}>
            Clear filters
          </Button>
        ) : null}
      </div>
    </details>
  );
}

interface FieldsProps {
  name: ObjectiveKey;
  label: string;
  points: readonly SolutionPoint[];
  range: Range;
  onRange: (range: Range) => void;
}

function RangeFields({ name, label, points, range, onRange }: FieldsProps) {
  const scale = scaleFor(name, Math.max(0, columnsOf(points)[name].most));
  const [low, high] = range;
  return (
    <fieldset className="flex items-center gap-1">
      <legend className="mb-0.5 text-ink-2">
        {label} <span className="text-ink-3">{scale.unit.split("/")[0]}</span>
      </legend>
      <EndField label={`${label} at least`} value={low} factor={scale.factor} onChange={(end) => onRange([end, high])} />
      <span aria-hidden className="text-ink-3">
        to
      </span>
      <EndField label={`${label} at most`} value={high} factor={scale.factor} onChange={(end) => onRange([low, end])} />
    </fieldset>
  );
}

/** A text field, since a number field drops what it cannot read; it takes effect when it is left or on Enter. */
function EndField({ label, value, factor, onChange }: { label: string; value: number | null; factor: number; onChange: (value: number | null) => void }) {
  const [typed, setTyped] = useState<string | null>(null);
  const text = value === null ? "" : String(Number((value * factor).toPrecision(4)));
  const parsed = typed === null || typed.trim() === "" ? null : Number(typed.replace(",", "."));
  const commit = (): void => {
    if (typed === null || Number.isNaN(parsed)) return;
    setTyped(null);
    if (typed !== text) onChange(parsed === null ? null : parsed / factor);
  };
  return (
    <input
      aria-label={label}
      aria-invalid={Number.isNaN(parsed)}
      value={typed ?? text}
      placeholder="any"
      inputMode="decimal"
      onChange={(event) => setTyped(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
        if (event.key === "Escape") setTyped(null);
      }}
      className="control figures h-7 w-16 px-1.5 text-xs"
    />
  );
}
