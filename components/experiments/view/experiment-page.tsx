"use client";

import { memo, useCallback, useDeferredValue, useEffect, useMemo, useState } from "react";
import { getJson } from "@/components/api";
import { prepareScene } from "@/components/charts/scene";
import { ModelCallsPanel, ModelUseProvider } from "@/components/experiments/models/model-use";
import { PlanPanel } from "@/components/experiments/plan/plan-panel";
import { SpecTable } from "@/components/experiments/spec-table";
import { ChoicePanel } from "@/components/experiments/view/choice-panel";
import { ComparePanel, mostCompared } from "@/components/experiments/view/compare-panel";
import { EpisodeFeed } from "@/components/experiments/view/episode-feed";
import { ExperimentHeader } from "@/components/experiments/view/experiment-header";
import { FrontPanel } from "@/components/experiments/view/front-panel";
import { HoverStore, useHovered } from "@/components/experiments/view/hover-store";
import { LiveStrip } from "@/components/experiments/view/live-strip";
import { SolutionPanel } from "@/components/experiments/view/solution-panel";
import { SolutionsTable } from "@/components/experiments/view/solutions-table";
import { SteerPanel } from "@/components/experiments/view/steer-panel";
import { useExperiment } from "@/components/experiments/view/use-experiment";
import { useFrontShares } from "@/components/experiments/view/use-front-shares";
import { useViewState } from "@/components/experiments/view/use-view-state";
import { withSelection, type ViewState } from "@/components/experiments/view/view-state";
import { isLive } from "@/components/experiments/words";
import { isPageKey } from "@/components/layout/shortcuts";
import { useShared } from "@/components/sharing/shared";
import { Button } from "@/components/ui/button";
import { Notice, Panel, Skeleton } from "@/components/ui/panel";
import { RequestId } from "@/components/ui/request-id";
import type { ExperimentPageView } from "@/lib/experiments/page-schema";
import type { EpisodeView, ErrorInfo } from "@/lib/experiments/schema";

/** What a brush leaves alone is not drawn again with each of its steps. */
const Header = memo(ExperimentHeader);
const Strip = memo(LiveStrip);
const Steer = memo(SteerPanel);
const Table = memo(SolutionsTable);
const Plan = memo(PlanPanel);
const Spec = memo(SpecTable);
const Calls = memo(ModelCallsPanel);

export function ExperimentPage({ initial, initialView }: { initial: ExperimentPageView; initialView: ViewState }) {
  const { experiment, progress, connection, refresh } = useExperiment(initial);
  const [view, change] = useViewState(initialView);
  const [hover] = useState(() => new HoverStore());
  const { solutions } = experiment;
  const { shares, resamples } = useFrontShares(solutions);
  const { ranges, frontOnly } = view;
  const scene = useMemo(() => prepareScene(solutions, { ranges, frontOnly }, shares), [solutions, ranges, frontOnly, shares]);
  // While an axis is brushed the chart goes ahead and the table follows.
  const laterScene = useDeferredValue(scene);
  const { sort, descending, page } = view;
  const tableView = useMemo(() => ({ sort, descending, page }), [sort, descending, page]);
  const selected = useMemo(() => new Set(view.selected), [view.selected]);
  const onSelect = useCallback((number: number, add: boolean): void => change((state) => withSelection(state, number, add)), [change]);
  const live = isLive(experiment.status);
  const shared = useShared();
  const opened = useMemo(() => view.selected.flatMap((number) => solutions.find((solution) => solution.number === number) ?? []), [view.selected, solutions]);
  const last = opened.at(-1);

  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (event.key === "Escape" && isPageKey(event)) change((state) => (state.selected.length > 0 ? { ...state, selected: [] } : state));
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [change]);

  const linked = { view, change, hover, selected, onSelect };
  return (
    <ModelUseProvider experiment={experiment}>
      <div className="grid grid-cols-1 gap-4" data-testid="experiment" data-status={experiment.status}>
        <Header experiment={experiment} connection={connection} onChanged={refresh} />
        {live ? <Strip experiment={experiment} progress={progress} /> : null}
        {!shared && (experiment.status === "queued" || experiment.status === "running") ? <Steer experiment={experiment} onChanged={refresh} /> : null}
        {experiment.error ? <Failure error={experiment.error} id={experiment.id} /> : null}
        <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(300px,380px)]">
          <FrontPanel experiment={experiment} live={live} resamples={resamples} scene={scene} {...linked} />
          <ChoicePanel scene={laterScene} {...linked} />
        </div>
        <Panel
          title="Solutions"
          aside={
            view.selected.length > 0 ? (
              <>
                <span className="figures text-xs text-ink-2">{view.selected.length} selected</span>
                <Button variant="quiet" className="h-7 px-2" onClick={() => change((state) => ({ ...state, selected: [] }))}>
                  Clear
                </Button>
              </>
            ) : null
          }
        >
          {solutions.length > 0 ? (
            <Table scene={laterScene} view={tableView} change={change} hover={hover} selected={selected} onSelect={onSelect} />
          ) : live ? (
            <div className="grid gap-2 p-3">
              <Skeleton className="h-8" />
              <Skeleton className="h-11" />
            </div>
          ) : (
            <p className="p-3 text-ink-2">There are no solutions.</p>
          )}
        </Panel>
        {opened.length > 1 && opened.length <= mostCompared ? <ComparePanel experimentId={experiment.id} points={opened} /> : null}
        {opened.length > mostCompared ? <p className="text-ink-2">Up to {mostCompared} solutions are compared side by side; {opened.length} are selected.</p> : null}
        {last ? <SolutionPanel experimentId={experiment.id} point={last} points={solutions} /> : null}
        <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(300px,480px)]">
          <LinkedFeed experiment={experiment} hover={hover} />
          <div className="grid min-w-0 grid-cols-1 gap-4">
            {shared ? null : <Plan experimentId={experiment.id} lastSeq={experiment.lastSeq} live={live} />}
            <Panel title="Model" id="model">
              <Spec spec={experiment.spec} />
            </Panel>
          </div>
        </div>
        {shared ? null : <Calls />}
      </div>
    </ModelUseProvider>
  );
}

/** The feed with the newest episodes, and older ones on demand; not drawn again while an axis is brushed. */
const LinkedFeed = memo(function LinkedFeed({ experiment, hover }: { experiment: ExperimentPageView; hover: HoverStore }) {
  const { id, trace } = experiment;
  const [older, setOlder] = useState<EpisodeView[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const episodes = useMemo(() => [...older, ...experiment.episodes], [older, experiment.episodes]);
  const readOlder = (): void => {
    setProblem(null);
    getJson<EpisodeView[]>(`/api/v1/experiments/${id}/episodes?before=${episodes[0]?.number ?? 0}`).then(
      (read) => setOlder((before) => [...read.reverse(), ...before]),
      () => setProblem("Older episodes could not be read. Try again in a moment."),
    );
  };
  return (
    <div className="grid min-w-0 grid-cols-1 gap-2">
      <EpisodeFeed episodes={episodes} solutions={experiment.solutions} hovered={useHovered(hover)} onHover={hover.set} />
      {episodes.length < trace.length ? (
        <p className="flex items-center gap-3 text-xs text-ink-2">
          <span className="figures">
            {episodes.length} of {trace.length} episodes
          </span>
          <Button className="h-7 px-2 text-xs" onClick={readOlder}>
            Show older
          </Button>
          {problem ? <span className="text-bad">{problem}</span> : null}
        </p>
      ) : null}
    </div>
  );
});

function Failure({ error, id }: { error: ErrorInfo; id: string }) {
  const { requestId } = error.details;
  return (
    <Notice tone="bad" role="alert" title={error.message}>
      {error.remedy}
      {typeof requestId === "string" ? <RequestId id={requestId} /> : <RequestId name="Experiment id" id={id} />}
    </Notice>
  );
}
