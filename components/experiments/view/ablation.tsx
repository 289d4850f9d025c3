"use client";

import { useMemo } from "react";
import { DifferenceText } from "@/components/experiments/view/compare-panel";
import { prepareAblation, type AblationStep } from "@/components/experiments/view/prepare-comparison";
import type { SolutionPoint } from "@/lib/experiments/page-schema";

/** What each step of a recipe changed, where the shorter recipe was measured too. */
export function Ablation({ point, points }: { point: SolutionPoint; points: readonly SolutionPoint[] }) {
  const steps = useMemo(() => prepareAblation(point, points), [point, points]);
  if (!steps.some(({ changes }) => changes.length > 0)) return null;
  return (
    <section aria-label="What each step changed" className="border-t border-line p-3">
      <h3 className="mb-1 text-xs font-medium text-ink-2">What each step changed</h3>
      <AblationTable steps={steps} />
    </section>
  );
}

export function AblationTable({ steps }: { steps: readonly AblationStep[] }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full">
        <tbody>
          {steps.map(({ label, number, changes }, index) => (
            <tr key={index} className="border-b border-line last:border-0">
              <th scope="row" className="py-1 pr-3 text-left font-normal whitespace-nowrap">
                {label} {number === null ? null : <span className="text-ink-3">#{number}</span>}
              </th>
              {changes.length > 0 ? (
                changes.map(({ key, label: name, difference }) => (
                  <td key={key} className="py-1 pr-3 text-xs whitespace-nowrap text-ink-2">
                    {name} <DifferenceText difference={difference} />
                  </td>
                ))
              ) : (
                <td colSpan={5} className="py-1 text-xs text-ink-3">
                  not known: the recipe {number === null ? "up to this step" : "without it"} was not measured
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
