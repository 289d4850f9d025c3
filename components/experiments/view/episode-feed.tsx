"use client";

import { clsx } from "clsx";
import Link from "next/link";
import { useMemo } from "react";
import { DecisionParts } from "@/components/experiments/episode/decision-parts";
import { EpisodeOutcome } from "@/components/experiments/episode/episode-outcome";
import { EpisodeModelCalls } from "@/components/experiments/models/model-use";
import { prepareEpisodes, type EpisodeRow } from "@/components/experiments/view/prepare-episodes";
import { TakenOver } from "@/components/experiments/view/taken-over";
import { useExperimentHref } from "@/components/sharing/shared";
import { Panel } from "@/components/ui/panel";
import type { SolutionPoint } from "@/lib/experiments/page-schema";
import type { EpisodeView } from "@/lib/experiments/schema";

interface Props {
  experimentId: string;
  episodes: EpisodeView[];
  solutions: SolutionPoint[];
  hovered: number | null;
  onHover: (number: number | null) => void;
}

export function EpisodeFeed({ experimentId, episodes, solutions, hovered, onHover }: Props) {
  const rows = useMemo(() => prepareEpisodes(episodes, solutions), [episodes, solutions]);
  return (
    <Panel title="Episodes">
      {rows.length === 0 ? <p className="p-3 text-ink-2">None yet. The first measures the uncompressed model.</p> : null}
      <ol onMouseLeave={() => onHover(null)}>
        {rows.map((row) => (
          <Entry key={row.number} experimentId={experimentId} row={row} hovered={hovered === row.number} onHover={onHover} />
        ))}
      </ol>
    </Panel>
  );
}

function Entry({ experimentId, row, hovered, onHover }: { experimentId: string; row: EpisodeRow; hovered: boolean; onHover: (number: number | null) => void }) {
  const { episode, result } = row;
  const hrefOf = useExperimentHref();
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
          <Link href={hrefOf(experimentId, `/episodes/${row.number}`)} className="inline-block min-h-6 rounded-sm py-0.5 font-medium hover:underline">
            {row.label || `Episode ${row.number}`}
          </Link>
          <EpisodeOutcome row={row} />
        </div>
        {episode.decision && episode.decision.decidedBy !== "baseline" ? (
          // The line of facts opens to the reason, so that the feed stays one or two lines an episode.
          <details className="text-sm">
            <summary className="figures w-fit rounded-sm py-1 text-xs text-ink-2 hover:text-ink">
              {meta} · <span className="underline decoration-line-strong underline-offset-2">why</span>
            </summary>
            <div className="my-1 grid grid-cols-1 gap-2 border-l border-line pl-3 text-ink-2">
              <DecisionParts decision={episode.decision} expectation={row.expectation} />
              <EpisodeModelCalls episode={row.number} />
            </div>
          </details>
        ) : (
          <p className="figures text-xs text-ink-2">{meta}</p>
        )}
        {row.fallbackNote ? <p className="text-xs text-warn">{row.fallbackNote}</p> : null}
        {episode.reusedFrom ? <TakenOver from={episode.reusedFrom} /> : null}
        {episode.error ? (
          <p className="mt-1 text-sm break-words">
            <span className={result === "stopped" ? "text-ink-2" : "text-bad"}>{episode.error.message}</span> <span className="text-ink-2">{episode.error.remedy}</span>
          </p>
        ) : null}
      </div>
    </li>
  );
}
