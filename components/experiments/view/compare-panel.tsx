"use client";

import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { useMemo } from "react";
import { getJson } from "@/components/api";
import { recipeText } from "@/components/experiments/recipe-text";
import { Answers } from "@/components/experiments/view/answers";
import { MarkGlyph } from "@/components/experiments/view/mark";
import { prepareComparison, type Difference } from "@/components/experiments/view/prepare-comparison";
import { markOf } from "@/components/charts/scene";
import { useExperimentPath, useShared } from "@/components/sharing/shared";
import { Panel } from "@/components/ui/panel";
import type { PairedDifference, SolutionPoint } from "@/lib/experiments/page-schema";

export const mostCompared = 6;

/** Two to six selected solutions side by side. */
export function ComparePanel({ experimentId, points }: { experimentId: string; points: SolutionPoint[] }) {
  const shared = useShared();
  const base = useExperimentPath(experimentId);
  const numbers = points.map(({ number }) => number).join(",");
  const { data: paired = [], error } = useQuery({
    queryKey: ["compare", experimentId, numbers],
    queryFn: ({ signal }) => getJson<PairedDifference[]>(`${base}/compare?numbers=${numbers}`, signal),
    // Answers that are stored do not change.
    staleTime: Infinity,
  });
  const rows = useMemo(() => prepareComparison(points, paired), [points, paired]);
  return (
    <Panel id="compare" title={`Comparison of ${points.length}`} aside={<span className="text-xs text-ink-2">differences to #{points[0]?.number}, selected first</span>}>
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Comparison">
        <table className="w-full">
          <thead>
            <tr className="border-b border-line align-top text-left">
              <th scope="col" className="px-3 py-2">
                <span className="sr-only">Figure</span>
              </th>
              {points.map((point) => (
                <th key={point.number} scope="col" className="min-w-40 px-3 py-2 font-medium">
                  <span className="inline-flex items-center gap-1.5">
                    <MarkGlyph mark={markOf(point)} />
                    <span className="figures font-normal text-ink-3">#{point.number}</span>
                  </span>
                  <span className="block">{point.label}</span>
                  <span className="block font-mono text-xs font-normal break-words text-ink-2">{recipeText(point.recipe)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ label, unit, cells }) => (
              <tr key={label} className="border-b border-line last:border-0">
                <th scope="row" className="px-3 py-1.5 text-left font-normal whitespace-nowrap">
                  {label} <span className="text-xs text-ink-3">{unit}</span>
                </th>
                {cells.map(({ value, difference }, index) => (
                  <td key={points[index]?.number} className="px-3 py-1.5 whitespace-nowrap">
                    {value}
                    {difference ? <DifferenceText difference={difference} /> : null}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="border-t border-line px-3 py-2 text-xs text-ink-3">
        {error
          ? "The answers to the items could not be read, so accuracy is compared by its intervals."
          : "Accuracy: answers to the same items, with a 95 % interval of the difference. Costs: both intervals together. Grey may be no difference at all."}
      </p>
      {shared ? null : <Answers experimentId={experimentId} points={points} />}
    </Panel>
  );
}

const verdicts = {
  better: { className: "text-good", word: "better" },
  worse: { className: "text-bad", word: "worse" },
  within: { className: "text-ink-3", word: "may be equal" },
};

export function DifferenceText({ difference: { text, verdict, paired } }: { difference: Difference }) {
  const { className, word } = verdicts[verdict];
  return (
    <span className={clsx("block text-xs", className)} title={`${word}; ${paired ? "item by item" : "by both intervals"}`}>
      {text}
      <span className="sr-only"> {word}</span>
    </span>
  );
}
