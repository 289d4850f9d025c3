"use client";

import { useEffect, useMemo, useState } from "react";
import { SpecTable } from "@/components/experiments/spec-table";
import { ChoicePanel } from "@/components/experiments/view/choice-panel";
import { EpisodeFeed } from "@/components/experiments/view/episode-feed";
import { ExperimentHeader } from "@/components/experiments/view/experiment-header";
import { FrontPanel } from "@/components/experiments/view/front-panel";
import { LiveStrip } from "@/components/experiments/view/live-strip";
import { SolutionPanel } from "@/components/experiments/view/solution-panel";
import { SolutionsTable } from "@/components/experiments/view/solutions-table";
import { useExperiment } from "@/components/experiments/view/use-experiment";
import { useViewState } from "@/components/experiments/view/use-view-state";
import { withSelection, withSort, type ViewState } from "@/components/experiments/view/view-state";
import { isLive } from "@/components/experiments/words";
import { isPageKey } from "@/components/layout/shortcuts";
import { Button } from "@/components/ui/button";
import { Notice, Panel, Skeleton } from "@/components/ui/panel";
import { RequestId } from "@/components/ui/request-id";
import type { ErrorInfo, ExperimentView } from "@/lib/experiments/schema";

export function ExperimentPage({ initial, initialView }: { initial: ExperimentView; initialView: ViewState }) {
  const { experiment, progress, connection, refresh } = useExperiment(initial);
  const [view, change] = useViewState(initialView);
  const [hovered, setHovered] = useState<number | null>(null);
  const selected = useMemo(() => new Set(view.selected), [view.selected]);
  const onSelect = (number: number, add: boolean): void => change((state) => withSelection(state, number, add));
  const live = isLive(experiment.status);
  const last = view.selected.at(-1);
  const opened = experiment.solutions.find((solution) => solution.number === last);

  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (event.key === "Escape" && isPageKey(event)) change((state) => (state.selected.length > 0 ? { ...state, selected: [] } : state));
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [change]);

  const shared = { hovered, onHover: setHovered, selected, onSelect };
  return (
    <div className="grid grid-cols-1 gap-4" data-testid="experiment" data-status={experiment.status}>
      <ExperimentHeader experiment={experiment} connection={connection} onChanged={refresh} />
      {live ? <LiveStrip experiment={experiment} progress={progress} /> : null}
      {experiment.error ? <Failure error={experiment.error} id={experiment.id} /> : null}
      <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(300px,380px)]">
        <FrontPanel experiment={experiment} live={live} view={view} change={change} {...shared} />
        <ChoicePanel solutions={experiment.solutions} {...shared} />
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
        {experiment.solutions.length > 0 ? (
          <SolutionsTable
            solutions={experiment.solutions}
            sort={view.sort}
            descending={view.descending}
            onSort={(key) => change((state) => withSort(state, key))}
            {...shared}
          />
        ) : live ? (
          <div className="grid gap-2 p-3">
            <Skeleton className="h-8" />
            <Skeleton className="h-11" />
          </div>
        ) : (
          <p className="p-3 text-ink-2">There are no solutions.</p>
        )}
      </Panel>
      {opened ? <SolutionPanel solution={opened} artifact={experiment.episodes.find((episode) => episode.number === opened.number)?.artifact ?? null} /> : null}
      <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(300px,480px)]">
        <EpisodeFeed episodes={experiment.episodes} solutions={experiment.solutions} hovered={hovered} onHover={setHovered} />
        <Panel title="Model" id="model">
          <SpecTable spec={experiment.spec} />
        </Panel>
      </div>
    </div>
  );
}

function Failure({ error, id }: { error: ErrorInfo; id: string }) {
  const { requestId } = error.details;
  return (
    <Notice tone="bad" role="alert" title={error.message}>
      {error.remedy}
      {typeof requestId === "string" ? <RequestId id={requestId} /> : <RequestId name="Experiment id" id={id} />}
    </Notice>
  );
}
