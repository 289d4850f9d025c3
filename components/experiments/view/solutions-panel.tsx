"use client";

import type { Scene } from "@/components/charts/scene";
import type { HoverStore } from "@/components/experiments/view/hover-store";
import { SolutionsTable } from "@/components/experiments/view/solutions-table";
import type { ChangeView } from "@/components/experiments/view/use-view-state";
import type { ViewState } from "@/components/experiments/view/view-state";
import { Button } from "@/components/ui/button";
import { Panel, Skeleton } from "@/components/ui/panel";

interface Props {
  scene: Scene;
  view: Pick<ViewState, "sort" | "descending" | "page">;
  change: ChangeView;
  hover: HoverStore;
  selected: ReadonlySet<number>;
  onSelect: (number: number, add: boolean) => void;
  live: boolean;
  /** Shows each solution's recipe and the way to its page; without it the table stands beside the charts. */
  experimentId?: string;
  children?: React.ReactNode;
}

/** The table of solutions with what is selected in it. */
export function SolutionsPanel({ live, children, ...table }: Props) {
  const { scene, selected, change } = table;
  return (
    <Panel
      title="Solutions"
      aside={
        selected.size > 0 ? (
          <>
            <span className="figures text-xs text-ink-2">{selected.size} selected</span>
            <Button variant="quiet" className="h-7 px-2" onClick={() => change((state) => ({ ...state, selected: [] }))}>
              Clear
            </Button>
          </>
        ) : null
      }
    >
      {scene.points.length > 0 ? (
        <>
          {children}
          <SolutionsTable {...table} />
        </>
      ) : live ? (
        <div className="grid gap-2 p-3">
          <Skeleton className="h-8" />
          <Skeleton className="h-11" />
        </div>
      ) : (
        <p className="p-3 text-ink-2">There are no solutions.</p>
      )}
    </Panel>
  );
}
