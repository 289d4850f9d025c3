"use client";

import { clsx } from "clsx";
import { useMemo } from "react";
import { prepareChoices } from "@/components/experiments/view/prepare-choices";
import { Panel } from "@/components/ui/panel";
import type { SolutionView } from "@/lib/experiments/schema";

interface Props {
  solutions: SolutionView[];
  selected: ReadonlySet<number>;
  onHover: (number: number | null) => void;
  onSelect: (number: number, add: boolean) => void;
}

const inks = { better: "text-good", worse: "text-bad", within: "text-ink-3" };

export function ChoicePanel({ solutions, selected, onHover, onSelect }: Props) {
  const proposals = useMemo(() => prepareChoices(solutions), [solutions]);
  return (
    <Panel title="Which point should I choose" id="choose">
      {proposals.length === 0 ? (
        <p className="p-3 text-ink-2">Once the front has two points, the best compromise and the best of each objective are named here.</p>
      ) : (
        <ul>
          {proposals.map(({ number, titles, label, deltas }) => (
            <li key={number} className="border-b border-line last:border-0">
              <button
                type="button"
                aria-pressed={selected.has(number)}
                onMouseEnter={() => onHover(number)}
                onMouseLeave={() => onHover(null)}
                onClick={(event) => onSelect(number, event.shiftKey)}
                className={clsx("w-full px-3 py-2 text-left hover:bg-hover", selected.has(number) && "bg-selected")}
              >
                <span className="block text-xs text-ink-2">{titles.join(" · ")}</span>
                <span className="block font-medium">
                  <span className="figures font-normal text-ink-3">#{number}</span> {label}
                </span>
                <span className="figures mt-0.5 flex flex-wrap gap-x-3 text-xs">
                  {deltas.length === 0 ? <span className="text-ink-3">the uncompressed model itself</span> : null}
                  {deltas.map(({ key, label: name, delta }) => (
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
            </li>
          ))}
        </ul>
      )}
      {proposals.length > 0 ? <p className="border-t border-line px-3 py-2 text-xs text-ink-3">Compared with the uncompressed model; grey lies within the measuring interval.</p> : null}
    </Panel>
  );
}
