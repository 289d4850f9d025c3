"use client";

import { memo, useCallback, useDeferredValue, useEffect, useMemo, useState } from "react";
import { prepareScene } from "@/components/charts/scene";
import { FilesSection } from "@/components/experiments/files/files-section";
import { LogsSection } from "@/components/experiments/log/logs-section";
import { ModelCallsPanel, ModelUseProvider } from "@/components/experiments/models/model-use";
import { PlanPanel } from "@/components/experiments/plan/plan-panel";
import { SettingsSection } from "@/components/experiments/settings/settings-section";
import { ChoicePanel } from "@/components/experiments/view/choice-panel";
import { EpisodeFeed } from "@/components/experiments/view/episode-feed";
import { ExperimentHeader } from "@/components/experiments/view/experiment-header";
import { FilterBar } from "@/components/experiments/view/filter-bar";
import { FrontPanel } from "@/components/experiments/view/front-panel";
import { HoverStore, useHovered } from "@/components/experiments/view/hover-store";
import { LiveStrip } from "@/components/experiments/view/live-strip";
import { QuickLook } from "@/components/experiments/view/quick-look";
import { SolutionsPanel } from "@/components/experiments/view/solutions-panel";
import { NextPanel } from "@/components/experiments/view/steer-panel";
import { useEpisodes, type Episodes } from "@/components/experiments/view/use-episodes";
import { useExperiment } from "@/components/experiments/view/use-experiment";
import { useFrontShares } from "@/components/experiments/view/use-front-shares";
import { useViewState } from "@/components/experiments/view/use-view-state";
import { sections, withSelection, type Section, type ViewState } from "@/components/experiments/view/view-state";
import { isLive, sectionWords } from "@/components/experiments/words";
import { isPageKey } from "@/components/layout/shortcuts";
import { useShared } from "@/components/sharing/shared";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/panel";
import { RequestId } from "@/components/ui/request-id";
import { Tabs } from "@/components/ui/tabs";
import type { ExperimentPageView } from "@/lib/experiments/page-schema";
import type { ErrorInfo } from "@/lib/experiments/schema";

/** What readers of a link are shown: logs and files tell where things lie, and plans are for those who may change them. */
const forStrangers: readonly Section[] = ["overview", "solutions", "episodes", "settings"];

/** What a brush leaves alone is not drawn again with each of its steps. */
const Header = memo(ExperimentHeader);
const Strip = memo(LiveStrip);
const Solutions = memo(SolutionsPanel);
const Selected = memo(QuickLook);

export function ExperimentPage({ initial, initialView }: { initial: ExperimentPageView; initialView: ViewState }) {
  const { experiment, progress, connection, refresh } = useExperiment(initial);
  const [view, change] = useViewState(initialView);
  const [hover] = useState(() => new HoverStore());
  const { solutions, id } = experiment;
  const { shares, resamples } = useFrontShares(solutions);
  const { ranges, frontOnly } = view;
  const scene = useMemo(() => prepareScene(solutions, { ranges, frontOnly }, shares), [solutions, ranges, frontOnly, shares]);
  // While an axis is brushed the chart goes ahead and the table follows.
  const laterScene = useDeferredValue(scene);
  const { sort, descending, page } = view;
  const tableView = useMemo(() => ({ sort, descending, page }), [sort, descending, page]);
  const selected = useMemo(() => new Set(view.selected), [view.selected]);
  const onSelect = useCallback((number: number, add: boolean): void => change((state) => withSelection(state, number, add)), [change]);
  const episodes = useEpisodes(experiment);
  const live = isLive(experiment.status);
  const shared = useShared();
  const steerable = !shared && (experiment.status === "queued" || experiment.status === "running");

  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (event.key === "Escape" && isPageKey(event)) change((state) => (state.selected.length > 0 ? { ...state, selected: [] } : state));
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [change]);

  const linked = { view, change, hover, selected, onSelect };
  const offered = shared ? forStrangers : sections;
  const counts: Partial<Record<Section, number>> = { solutions: solutions.length, episodes: experiment.trace.length };
  const parts: Record<Section, () => React.ReactNode> = {
    overview: () => (
      <>
        <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(300px,380px)]">
          <FrontPanel experiment={experiment} live={live} resamples={resamples} scene={scene} {...linked} />
          <ChoicePanel scene={laterScene} {...linked} />
        </div>
        <Solutions scene={laterScene} live={live} {...linked} view={tableView} />
        <Selected experimentId={id} solutions={solutions} selected={view.selected} />
      </>
    ),
    solutions: () => (
      <>
        <Solutions scene={laterScene} live={live} experimentId={id} {...linked} view={tableView}>
          <FilterBar points={solutions} ranges={ranges} frontOnly={frontOnly} shown={scene.shownCount} change={change} />
        </Solutions>
        <Selected experimentId={id} solutions={solutions} selected={view.selected} />
      </>
    ),
    episodes: () => (
      <>
        <LinkedFeed experiment={experiment} episodes={episodes} hover={hover} />
        {shared ? null : <ModelCallsPanel />}
      </>
    ),
    plan: () => (
      <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(300px,480px)]">
        <PlanPanel experimentId={id} lastSeq={experiment.lastSeq} live={live} />
        {steerable ? <NextPanel experiment={experiment} onChanged={refresh} /> : null}
      </div>
    ),
    logs: () => <LogsSection experiment={experiment} view={view} change={change} />,
    files: () => <FilesSection experiment={experiment} />,
    settings: () => <SettingsSection experiment={experiment} steerable={steerable} onChanged={refresh} />,
  };
  return (
    <ModelUseProvider experiment={experiment}>
      <div className="grid grid-cols-1 gap-4" data-testid="experiment" data-status={experiment.status}>
        <Header experiment={experiment} connection={connection} onChanged={refresh} />
        {live ? <Strip experiment={experiment} progress={progress} /> : null}
        {experiment.error ? <Failure error={experiment.error} id={id} /> : null}
        <Tabs
          label="Parts of the experiment"
          tabs={offered.map((key) => ({ key, label: sectionWords[key], count: counts[key] }))}
          current={offered.includes(view.section) ? view.section : "overview"}
          onChange={(section) => change((state) => ({ ...state, section }))}
        >
          {(section) => <div className="grid grid-cols-1 gap-4">{parts[section]()}</div>}
        </Tabs>
      </div>
    </ModelUseProvider>
  );
}

/** Not drawn again while an axis is brushed. */
const LinkedFeed = memo(function LinkedFeed({ experiment, episodes: { episodes, total, readOlder, problem }, hover }: { experiment: ExperimentPageView; episodes: Episodes; hover: HoverStore }) {
  return (
    <div className="grid min-w-0 grid-cols-1 gap-2">
      <EpisodeFeed experimentId={experiment.id} episodes={episodes} solutions={experiment.solutions} hovered={useHovered(hover)} onHover={hover.set} />
      {episodes.length < total ? (
        <p className="flex items-center gap-3 text-xs text-ink-2">
          <span className="figures">
            {episodes.length} of {total} episodes
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
