"use client";

import { useMemo } from "react";
import { ComparePanel, mostCompared } from "@/components/experiments/view/compare-panel";
import { SolutionPanel } from "@/components/experiments/view/solution-panel";
import type { SolutionPoint } from "@/lib/experiments/page-schema";

/** What is selected, without leaving the page: two to six side by side, and the last one in detail. */
export function QuickLook({ experimentId, solutions, selected }: { experimentId: string; solutions: readonly SolutionPoint[]; selected: readonly number[] }) {
  const opened = useMemo(() => selected.flatMap((number) => solutions.find((solution) => solution.number === number) ?? []), [selected, solutions]);
  const last = opened.at(-1);
  return (
    <>
      {opened.length > 1 && opened.length <= mostCompared ? <ComparePanel experimentId={experimentId} points={opened} /> : null}
      {opened.length > mostCompared ? <p className="text-ink-2">Up to {mostCompared} solutions are compared side by side; {opened.length} are selected.</p> : null}
      {last ? <SolutionPanel experimentId={experimentId} point={last} points={solutions} /> : null}
    </>
  );
}
