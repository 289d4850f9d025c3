"use client";

import { clsx } from "clsx";
import { CircleSlash, LoaderCircle, X } from "lucide-react";
import { useMemo } from "react";
import { recipeText } from "@/components/experiments/recipe-text";
import { MarkGlyph } from "@/components/experiments/view/mark";
import { prepareEpisodes, type EpisodeResult, type EpisodeRow } from "@/components/experiments/view/prepare-episodes";
import { Panel } from "@/components/ui/panel";
import { formatNumber } from "@/lib/domain/format";
import type { EpisodeView, SolutionView } from "@/lib/experiments/schema";

interface Props {
  episodes: EpisodeView[];
  solutions: SolutionView[];
  hovered: number | null;
  onHover: (number: number | null) => void;
}

export function EpisodeFeed({ episodes, solutions, hovered, onHover }: Props) {
  const rows = useMemo(() => prepareEpisodes(episodes, solutions), [episodes, solutions]);
  return (
    <Panel title="Episodes">
      {rows.length === 0 ? <p className="p-3 text-ink-2">None yet. The first measures the uncompressed model.</p> : null}
      <ol onMouseLeave={() => onHover(null)}>
        {rows.map((row) => (
          <Entry key={row.number} row={row} hovered={hovered === row.number} onHover={onHover} />
        ))}
      </ol>
    </Panel>
  );
}

function Entry({ row, hovered, onHover }: { row: EpisodeRow; hovered: boolean; onHover: (number: number | null) => void }) {
  const { episode, result } = row;
  const meta = [row.decidedBy, row.hypervolumeGain, row.phases].filter(Boolean).join(" · ");
  return (
    <li
      data-episode={row.number}
      onMouseEnter={() => onHover(row.number)}
      className={clsx("grid grid-cols-[24px_minmax(0,1fr)] gap-x-2 border-b border-line px-3 py-2 last:border-0", hovered && "bg-hover")}
    >
      <span className="figures text-right text-ink-3">{row.number}</span>
      <div className="min-w-0">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4">
          <span className="font-medium">{row.label}</span>
          <span className={clsx("inline-flex items-center gap-1.5 text-sm", inkOf[result])}>
            <ResultGlyph result={result} />
            {row.resultText}
          </span>
        </div>
        {episode.decision && episode.decision.decidedBy !== "baseline" ? (
          <Decision decision={episode.decision} meta={meta} />
        ) : (
          <p className="figures text-xs text-ink-2">{meta}</p>
        )}
        {row.fallbackNote ? <p className="text-xs text-warn">{row.fallbackNote}</p> : null}
        {episode.error ? (
          <p className="mt-1 text-sm break-words">
            <span className={result === "stopped" ? "text-ink-2" : "text-bad"}>{episode.error.message}</span> <span className="text-ink-2">{episode.error.remedy}</span>
          </p>
        ) : null}
      </div>
    </li>
  );
}

const inkOf: Record<EpisodeResult, string> = {
  running: "text-live",
  front: "text-accent",
  passed: "text-ink-2",
  dominated: "text-ink-2",
  baseline: "text-ink-2",
  failed: "text-bad",
  stopped: "text-ink-2",
  ended: "text-ink-2",
};

function ResultGlyph({ result }: { result: EpisodeResult }) {
  if (result === "running") return <LoaderCircle size={14} aria-hidden className="pulse self-center" />;
  if (result === "failed") return <X size={14} aria-hidden className="self-center" />;
  if (result === "stopped" || result === "ended") return <CircleSlash size={14} aria-hidden className="self-center" />;
  return (
    <span className="self-center leading-none">
      <MarkGlyph silent mark={result === "passed" ? "dominated" : result} />
    </span>
  );
}

/** The line of facts opens to the reason, so that the feed stays one or two lines an episode. */
function Decision({ decision, meta }: { decision: NonNullable<EpisodeView["decision"]>; meta: string }) {
  return (
    <details className="text-sm">
      <summary className="figures w-fit rounded-sm text-xs text-ink-2 hover:text-ink">
        {meta} · <span className="underline decoration-line-strong underline-offset-2">why</span>
      </summary>
      <div className="my-1 grid gap-2 border-l border-line pl-3 text-ink-2">
        <p className="break-words whitespace-pre-line">{decision.reasoning || "No reason was given."}</p>
        {decision.recipe ? <p className="font-mono text-xs break-words">{recipeText(decision.recipe)}</p> : null}
        {decision.alternatives.length > 0 ? (
          <table className="w-full text-xs">
            <caption className="text-left text-ink-3">Considered, with the search&apos;s score</caption>
            <tbody>
              {decision.alternatives.map((alternative, index) => (
                <tr key={index}>
                  <th scope="row" className="py-0.5 pr-3 text-left font-normal">
                    {alternative.label}
                  </th>
                  <td className="text-right">{formatNumber(alternative.score)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : null}
        {decision.tokens ? <p className="figures text-xs text-ink-3">{decision.tokens} tokens</p> : null}
      </div>
    </details>
  );
}
