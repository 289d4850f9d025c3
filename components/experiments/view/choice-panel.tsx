"use client";

import { clsx } from "clsx";
import { useDeferredValue, useMemo } from "react";
import type { Scene } from "@/components/charts/scene";
import type { HoverStore } from "@/components/experiments/view/hover-store";
import { prepareChoice } from "@/components/experiments/view/prepare-choices";
import { LimitSliders } from "@/components/experiments/view/limit-sliders";
import type { ChangeView } from "@/components/experiments/view/use-view-state";
import type { ViewState } from "@/components/experiments/view/view-state";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { equalWeights } from "@/lib/domain/knee";
import { objectives } from "@/lib/domain/objectives";

interface Props {
  scene: Scene;
  view: ViewState;
  change: ChangeView;
  hover: HoverStore;
  selected: ReadonlySet<number>;
  onSelect: (number: number, add: boolean) => void;
}

const inks = { better: "text-good", worse: "text-bad", within: "text-ink-3" };

/** What counts and what may not be exceeded, and the point of the front that this leads to. */
export function ChoicePanel({ scene, view, change, hover, selected, onSelect }: Props) {
  const weights = useDeferredValue(view.weights);
  const ranges = useDeferredValue(view.ranges);
  const { points, baseline } = scene;
  const choice = useMemo(() => prepareChoice({ points, baseline }, weights, ranges), [points, baseline, weights, ranges]);
  if (!baseline || points.length < 2) {
    return (
      <Panel title="Which point should I choose" id="choose">
        <p className="p-3 text-ink-2">Once a second point is measured, the best compromise is named here.</p>
      </Panel>
    );
  }
  return (
    <Panel title="Which point should I choose" id="choose">
      <div className="grid gap-x-6 gap-y-3 border-b border-line p-3 sm:grid-cols-2 xl:grid-cols-1 2xl:grid-cols-2">
        <fieldset>
          <legend className="mb-1 flex w-full items-center text-xs font-medium text-ink-2">
            How much each counts
            {choice?.isKnee ? null : (
              <Button variant="quiet" className="ml-auto h-6 px-1.5 text-xs" onClick={() => change((state) => ({ ...state, weights: equalWeights }))}>
                All alike
              </Button>
            )}
          </legend>
          {objectives.map(({ key, label }) => (
            <label key={key} className="grid h-6 grid-cols-[4.5rem_minmax(0,1fr)_1.5rem] items-center gap-2 text-xs">
              {label}
              <input
                type="range"
                min={0}
                max={10}
                step={1}
                value={view.weights[key]}
                aria-label={`Weight of ${label}`}
                onChange={(event) => {
                  const weight = Number(event.target.value);
                  change((state) => ({ ...state, weights: { ...state.weights, [key]: weight } }));
                }}
                className="w-full accent-[var(--accent)]"
              />
              <span className="figures text-right text-ink-2">{view.weights[key]}</span>
            </label>
          ))}
        </fieldset>
        <LimitSliders points={points} baseline={baseline} ranges={view.ranges} change={change} />
      </div>
      {choice ? (
        <div data-testid="choice" data-number={choice.number}>
          <button
            type="button"
            aria-pressed={selected.has(choice.number)}
            onMouseEnter={() => hover.set(choice.number)}
            onMouseLeave={() => hover.set(null)}
            onClick={(event) => onSelect(choice.number, event.shiftKey)}
            className={clsx("w-full px-3 py-2 text-left hover:bg-hover", selected.has(choice.number) && "bg-selected")}
          >
            <span className="block text-xs text-ink-2">{choice.isKnee ? "Best compromise (knee)" : "Best compromise at these weights"}</span>
            <span className="block font-medium">
              <span className="figures font-normal text-ink-3">#{choice.number}</span> {choice.label}
            </span>
            <span className="figures mt-0.5 flex flex-wrap gap-x-3 text-xs">
              {choice.deltas.length === 0 ? <span className="text-ink-3">the uncompressed model itself</span> : null}
              {choice.deltas.map(({ key, label: name, delta }) => (
                <span key={key} className="whitespace-nowrap text-ink-2">
                  {name}{" "}
                  <span className={inks[delta.verdict]}>
                    {delta.arrow ? `${delta.arrow} ` : ""}
                    {delta.text}
                  </span>
                </span>
              ))}
            </span>
          </button>
          <ul className="grid gap-1 px-3 pb-2 text-sm text-ink-2" aria-live="polite">
            {choice.why.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          <ul className="border-t border-line py-1">
            {choice.proposals.map(({ number, titles, label }) => (
              <li key={number}>
                <button
                  type="button"
                  aria-pressed={selected.has(number)}
                  onMouseEnter={() => hover.set(number)}
                  onMouseLeave={() => hover.set(null)}
                  onClick={(event) => onSelect(number, event.shiftKey)}
                  className={clsx("flex w-full items-baseline gap-2 px-3 py-1 text-left hover:bg-hover", selected.has(number) && "bg-selected")}
                >
                  <span className="figures min-w-8 shrink-0 text-ink-3">#{number}</span>
                  <span className="min-w-0">
                    {label} <span className="block text-xs text-ink-2">{titles.join(", ")}</span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
          <p className="border-t border-line px-3 py-2 text-xs text-ink-3">Differences are to the uncompressed model; grey lies within the measuring interval. Select two to six points to compare them.</p>
        </div>
      ) : (
        <p className="p-3 text-ink-2" data-testid="choice">
          No point of the front is within these limits. Loosen one of them.
        </p>
      )}
    </Panel>
  );
}
