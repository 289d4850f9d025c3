"use client";

import dynamic from "next/dynamic";
import { useMemo, useRef, useState } from "react";
import type { LinkedProps, PictureFormat, TakePicture } from "@/components/charts/linked";
import { methodColour } from "@/components/charts/palette";
import { prepareParallel } from "@/components/charts/prepare-parallel";
import { omissions, prepareScatter } from "@/components/charts/prepare-scatter";
import { saveFile, solutionsCsv } from "@/components/charts/save-chart";
import { Sparkline } from "@/components/charts/sparkline";
import { ChartControls } from "@/components/experiments/view/chart-controls";
import { FilterBar } from "@/components/experiments/view/filter-bar";
import { MarkGlyph, markWord, UncertainGlyph } from "@/components/experiments/view/mark";
import type { ViewState } from "@/components/experiments/view/view-state";
import { Button } from "@/components/ui/button";
import { Panel, Skeleton } from "@/components/ui/panel";
import { Tabs } from "@/components/ui/tabs";
import { formatNumber } from "@/lib/domain/format";
import type { ExperimentPageView } from "@/lib/experiments/page-schema";

const loading = () => <Skeleton className="m-3 h-[clamp(296px,44vh,696px)]" />;

/** Drawing code comes with the view that needs it. */
const charts = {
  parallel: dynamic(() => import("@/components/charts/parallel-chart").then((module) => module.ParallelChart), { ssr: false, loading }),
  scatter: dynamic(() => import("@/components/charts/scatter-chart").then((module) => module.ScatterChart), { ssr: false, loading }),
  matrix: dynamic(() => import("@/components/charts/matrix-chart").then((module) => module.MatrixChart), { ssr: false, loading }),
  space: dynamic(() => import("@/components/charts/space-chart").then((module) => module.SpaceChart), { ssr: false, loading }),
  progress: dynamic(() => import("@/components/charts/progress-chart").then((module) => module.ProgressChart), { ssr: false, loading }),
};

const tabs = [
  { key: "parallel", label: "Parallel" },
  { key: "scatter", label: "Scatter" },
  { key: "matrix", label: "Matrix" },
  { key: "space", label: "3D" },
  { key: "progress", label: "Progress" },
] as const;

interface Props extends Omit<LinkedProps, "picture"> {
  experiment: ExperimentPageView;
  live: boolean;
  resamples: number;
}

export function FrontPanel({ experiment, live, resamples, scene, view, change, hover, selected, onSelect }: Props) {
  const { solutions, trace } = experiment;
  const picture = useRef<TakePicture>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const notes = useMemo(() => leftOut(scene, view, trace.filter(({ status }) => status === "failed").length), [scene, view, trace]);
  const volumes = useMemo(() => trace.flatMap(({ hypervolume }) => hypervolume ?? []), [trace]);
  const byMethod = view.colour === "method";
  const methods = useMemo(() => (byMethod ? [...new Set(solutions.filter((each) => !each.isBaseline).map((each) => each.method.split("+")[0] ?? ""))] : []), [byMethod, solutions]);
  const empty = solutions.length === 0;
  const linked = { scene, view, change, hover, selected, onSelect, picture };
  const savePicture = (format: PictureFormat): void => {
    setProblem(null);
    picture
      .current?.(format)
      .then((blob) => saveFile(blob, `${experiment.name}-${view.tab}.${format}`))
      .catch((error: unknown) => setProblem(error instanceof Error ? error.message : "The picture could not be made."));
  };
  return (
    <Panel
      title="Pareto front"
      id="front"
      aside={
        <>
          <ChartControls view={view} change={change} />
          <span className="flex">
            <SaveButton label="CSV" title="Save the figures of all solutions" disabled={empty} onClick={() => saveFile(new Blob([solutionsCsv(solutions)], { type: "text/csv" }), `${experiment.name}.csv`)} />
            <SaveButton label="PNG" title="Save this chart as a picture" disabled={empty} onClick={() => savePicture("png")} />
            <SaveButton label="SVG" title="Save this chart as a drawing" disabled={empty} onClick={() => savePicture("svg")} />
          </span>
        </>
      }
    >
      {empty ? (
        <EmptyChart live={live} />
      ) : (
        <Tabs label="Views of the front" tabs={tabs} current={view.tab} onChange={(tab) => change((state) => ({ ...state, tab }))}>
          {(tab) => {
            if (tab === "progress") return <charts.progress {...linked} trace={trace} />;
            const Chart = charts[tab];
            return <Chart {...linked} />;
          }}
        </Tabs>
      )}
      {problem ? (
        <p role="alert" className="px-3 text-xs text-bad">
          {problem}
        </p>
      ) : null}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line px-3 py-2 text-xs text-ink-2">
        {(["front", "dominated", "baseline", "infeasible"] as const).map((mark) =>
          mark === "infeasible" && !scene.marks.includes(mark) ? null : (
            <span key={mark} className="inline-flex items-center gap-1.5">
              <MarkGlyph mark={mark} silent />
              {markWord(mark)}
            </span>
          ),
        )}
        {resamples > 0 ? (
          <span className="inline-flex items-center gap-1.5" title={`Every figure drawn anew from its interval ${resamples} times`}>
            <UncertainGlyph />
            front in less than 90 % of {resamples} resamples
          </span>
        ) : null}
        {view.tab === "scatter" || view.tab === "matrix" ? (
          <span className="inline-flex items-center gap-1.5">
            <svg width="20" height="8" aria-hidden>
              <path d="M0 4h20" stroke="var(--front)" strokeDasharray="2 3" />
            </svg>
            best by these two axes alone
          </span>
        ) : null}
        {view.tab === "progress" ? <span>filled: best so far beyond the intervals · hollow: within them · ×: failed</span> : null}
        {methods.map((method) => (
          <span key={method} className="inline-flex items-center gap-1.5">
            <span aria-hidden className="size-2.5 rounded-full" style={{ background: methodColour(method) }} />
            {method}
          </span>
        ))}
        {view.colour !== "mark" && view.colour !== "method" ? <Ramp /> : null}
        {experiment.hypervolume === null ? null : (
          <span className="figures ml-auto inline-flex items-center gap-2">
            <span title="Volume dominated by the front, in figures divided by the baseline's">hypervolume {formatNumber(experiment.hypervolume)}</span>
            {volumes.length > 1 ? <Sparkline values={volumes} label={`Hypervolume after each episode, from ${formatNumber(volumes[0] ?? 0)} to ${formatNumber(volumes.at(-1) ?? 0)}`} /> : null}
          </span>
        )}
        {notes.length > 0 ? <p className="w-full text-ink-3">Not drawn: {notes.join("; ")}.</p> : null}
      </div>
      {empty ? null : <FilterBar points={solutions} ranges={view.ranges} frontOnly={view.frontOnly} shown={scene.shownCount} change={change} />}
    </Panel>
  );
}

function leftOut(scene: LinkedProps["scene"], view: ViewState, failed: number): string[] {
  if (view.tab === "progress" || view.tab === "space") return [];
  // Every figure has a place on a linear axis.
  const withoutPlace = view.log.length === 0 ? 0 : view.tab === "scatter" ? prepareScatter(scene.points, view).withoutPlace : prepareParallel(scene.points, view).withoutPlace;
  return omissions(scene, withoutPlace, failed, view.tab === "scatter" && view.intervals);
}

function SaveButton({ label, title, disabled, onClick }: { label: string; title: string; disabled: boolean; onClick: () => void }) {
  return (
    <Button variant="quiet" className="h-7 px-1.5 text-xs" disabled={disabled} title={title} onClick={onClick}>
      {label}
    </Button>
  );
}

function Ramp() {
  return (
    <span className="inline-flex items-center gap-1.5">
      worse
      <span aria-hidden className="ramp h-2 w-24 rounded-sm" />
      better
    </span>
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
