"use client";

import { useMemo } from "react";
import { ParetoScatter } from "@/components/charts/pareto-scatter";
import { methodColour } from "@/components/charts/palette";
import { prepareScatter } from "@/components/charts/prepare-scatter";
import { saveText, solutionsCsv } from "@/components/charts/save-chart";
import { Sparkline } from "@/components/charts/sparkline";
import { MarkGlyph, markWord } from "@/components/experiments/view/mark";
import { hypervolumes } from "@/components/experiments/view/prepare-episodes";
import { withAxis, type ViewState } from "@/components/experiments/view/view-state";
import { Button } from "@/components/ui/button";
import { Panel, Skeleton } from "@/components/ui/panel";
import { formatNumber } from "@/lib/domain/format";
import { objectives, type ObjectiveKey } from "@/lib/domain/objectives";
import type { ExperimentView } from "@/lib/experiments/schema";

interface Props {
  experiment: ExperimentView;
  live: boolean;
  view: ViewState;
  change: (change: (state: ViewState) => ViewState) => void;
  selected: ReadonlySet<number>;
  hovered: number | null;
  onHover: (number: number | null) => void;
  onSelect: (number: number, add: boolean) => void;
}

export function FrontPanel({ experiment, live, view, change, selected, hovered, onHover, onSelect }: Props) {
  const { solutions, episodes } = experiment;
  const failed = episodes.filter((episode) => episode.status === "failed").length;
  const { omitted } = useMemo(() => prepareScatter(solutions, view, failed), [solutions, view, failed]);
  const volumes = useMemo(() => hypervolumes(episodes), [episodes]);
  const methods = useMemo(() => [...new Set(solutions.filter((each) => !each.isBaseline).map((each) => each.method))], [solutions]);
  const flip = (key: "logX" | "logY" | "intervals" | "byMethod") => () => change((state) => ({ ...state, [key]: !state[key] }));
  const front = solutions.filter((solution) => solution.onFront).length;
  return (
    <Panel
      title="Pareto front"
      id="front"
      aside={
        <>
          <AxisSelect label="Across" value={view.x} onChange={(key) => change((state) => withAxis(state, "x", key))} />
          <Switch label="log" detail="across" title="Logarithmic axis across" on={view.logX} onClick={flip("logX")} />
          <AxisSelect label="Up" value={view.y} onChange={(key) => change((state) => withAxis(state, "y", key))} />
          <Switch label="log" detail="up" title="Logarithmic axis up" on={view.logY} onClick={flip("logY")} />
          <Switch label="intervals" title="95 % intervals" on={view.intervals} onClick={flip("intervals")} />
          <Switch label="methods" title="Colour by method" on={view.byMethod} onClick={flip("byMethod")} />
          <Button variant="quiet" className="px-2" disabled={solutions.length === 0} onClick={() => saveText(solutionsCsv(solutions), `${experiment.name}.csv`)} title="Save the figures of all solutions as CSV">
            CSV
          </Button>
        </>
      }
    >
      {solutions.length === 0 ? (
        <EmptyChart live={live} />
      ) : (
        <ParetoScatter
          solutions={solutions}
          failedEpisodes={failed}
          view={view}
          intervals={view.intervals}
          byMethod={view.byMethod}
          selected={selected}
          hovered={hovered}
          onHover={onHover}
          onSelect={onSelect}
        />
      )}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line px-3 py-2 text-xs text-ink-2">
        {(["front", "dominated", "baseline"] as const).map((mark) => (
          <span key={mark} className="inline-flex items-center gap-1.5">
            <MarkGlyph mark={mark} silent />
            {markWord(mark)}
          </span>
        ))}
        <span className="inline-flex items-center gap-1.5">
          <svg width="20" height="8" aria-hidden>
            <path d="M0 4h20" stroke="var(--front)" strokeDasharray="2 2" />
          </svg>
          best by these two axes alone
        </span>
        {view.byMethod
          ? methods.map((method) => (
              <span key={method} className="inline-flex items-center gap-1.5">
                <span aria-hidden className="size-2.5 rounded-full" style={{ background: methodColour(method) }} />
                {method}
              </span>
            ))
          : null}
        <span className="figures ml-auto inline-flex items-center gap-2">
          {solutions.length > 0 ? `${front} of ${solutions.length} on the front` : ""}
          {experiment.hypervolume === null ? null : (
            <>
              <span title="Volume dominated by the front, in figures divided by the baseline's">hypervolume {formatNumber(experiment.hypervolume)}</span>
              {volumes.length > 1 ? <Sparkline values={volumes} label={`Hypervolume after each episode, from ${formatNumber(volumes[0] ?? 0)} to ${formatNumber(volumes.at(-1) ?? 0)}`} /> : null}
            </>
          )}
        </span>
        {omitted.length > 0 ? <p className="w-full text-ink-3">Not drawn: {omitted.join("; ")}.</p> : null}
      </div>
    </Panel>
  );
}

function EmptyChart({ live }: { live: boolean }) {
  return (
    <div className={`relative flex items-center justify-center p-6 ${live ? "h-[clamp(320px,46vh,720px)]" : "h-40"}`}>
      {live ? <Skeleton className="absolute inset-3" /> : null}
      <p className="relative max-w-md text-center text-ink-2">
        {live
          ? "Measuring the uncompressed model. Its figures are what everything is compared with, so it is the first point."
          : "Nothing was measured, so there is nothing to draw."}
      </p>
    </div>
  );
}

function AxisSelect({ label, value, onChange }: { label: string; value: ObjectiveKey; onChange: (key: ObjectiveKey) => void }) {
  return (
    <label className="flex items-center gap-1.5 text-xs text-ink-2">
      {label}
      <select value={value} onChange={(event) => onChange(event.target.value as ObjectiveKey)} className="control h-7 px-1.5">
        {objectives.map((objective) => (
          <option key={objective.key} value={objective.key}>
            {objective.label}
          </option>
        ))}
      </select>
    </label>
  );
}

function Switch({ label, detail, title, on, onClick }: { label: string; detail?: string; title: string; on: boolean; onClick: () => void }) {
  return (
    <button
      type="button"
      aria-pressed={on}
      title={title}
      onClick={onClick}
      className={`h-7 rounded-md border px-2 text-xs transition-colors ${on ? "border-accent bg-selected text-accent" : "border-line-strong text-ink-2 hover:bg-hover"}`}
    >
      {label}
      {detail ? <span className="sr-only"> {detail}</span> : null}
    </button>
  );
}
