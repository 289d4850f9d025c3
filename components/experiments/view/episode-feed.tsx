"use client";

import { clsx } from "clsx";
import { CircleSlash, LoaderCircle, X } from "lucide-react";
import { useMemo } from "react";
import { EpisodeModelCalls } from "@/components/experiments/models/model-use";
import { recipeText } from "@/components/experiments/recipe-text";
import { MarkGlyph } from "@/components/experiments/view/mark";
import type { ExpectationRow } from "@/components/experiments/view/prepare-expectation";
import { prepareEpisodes, type EpisodeResult, type EpisodeRow } from "@/components/experiments/view/prepare-episodes";
import { TakenOver } from "@/components/experiments/view/taken-over";
import { Panel } from "@/components/ui/panel";
import { formatNumber } from "@/lib/domain/format";
import type { SolutionPoint } from "@/lib/experiments/page-schema";
import type { EpisodeView } from "@/lib/experiments/schema";

interface Props {
  episodes: EpisodeView[];
  solutions: SolutionPoint[];
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
          <Decision number={row.number} decision={episode.decision} meta={meta} expectation={row.expectation} />
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

const inkOf: Record<EpisodeResult, string> = {
  running: "text-live",
  front: "text-accent",
  passed: "text-ink-2",
  dominated: "text-ink-2",
  infeasible: "text-warn",
  partial: "text-ink-2",
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
      <MarkGlyph silent mark={result === "passed" || result === "partial" ? "dominated" : result} />
    </span>
  );
}

/** The line of facts opens to the reason, so that the feed stays one or two lines an episode. */
function Decision({ number, decision, meta, expectation }: { number: number; decision: NonNullable<EpisodeView["decision"]>; meta: string; expectation: ExpectationRow[] }) {
  return (
    <details className="text-sm">
      <summary className="figures w-fit rounded-sm py-1 text-xs text-ink-2 hover:text-ink">
        {meta} · <span className="underline decoration-line-strong underline-offset-2">why</span>
      </summary>
      <div className="my-1 grid grid-cols-1 gap-2 border-l border-line pl-3 text-ink-2">
        <p className="break-words whitespace-pre-line">{decision.reasoning || "No reason was given."}</p>
        {decision.recipe ? <p className="font-mono text-xs break-words">{recipeText(decision.recipe)}</p> : null}
        {decision.gain ? (
          <p className="figures text-xs">
            Expected to add {formatNumber(decision.gain.mean)} ± {formatNumber(decision.gain.sd)} to the hypervolume.
          </p>
        ) : null}
        {expectation.length > 0 ? <ExpectationTable rows={expectation} /> : null}
        {decision.evidence.length > 0 ? (
          <p className="text-xs break-words">
            Rests on{" "}
            {decision.evidence
              .slice(0, 3)
              .map(({ source, similarity }) => `${source} (${Math.round(similarity * 100)} % alike)`)
              .join(", ")}
            {decision.evidence.length > 3 ? ` and ${decision.evidence.length - 3} more` : ""}.
          </p>
        ) : null}
        {decision.alternatives.length > 0 ? (
          <table className="w-full text-xs">
            <caption className="text-left text-ink-3">Considered, with the hypervolume expected</caption>
            <tbody>
              {decision.alternatives.map((alternative, index) => (
                <tr key={index}>
                  <th scope="row" className="py-0.5 pr-3 text-left font-normal">
                    {alternative.label}
                  </th>
                  <td className="figures text-right whitespace-nowrap">
                    {formatNumber(alternative.score)}
                    {alternative.gain ? <span className="text-ink-3"> ± {formatNumber(alternative.gain.sd)}</span> : null}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : null}
        <EpisodeModelCalls episode={number} />
      </div>
    </details>
  );
}

/** Ratios to the uncompressed model; what lies outside of the 80 % interval says so. */
function ExpectationTable({ rows }: { rows: ExpectationRow[] }) {
  return (
    <div className="overflow-x-auto">
      <table className="figures w-full max-w-xl text-xs">
        <caption className="text-left text-ink-3">Expected and then found, as ratios to the uncompressed model</caption>
        <thead>
          <tr className="text-ink-3">
            <th scope="col" className="pr-3 text-left font-normal">
              Objective
            </th>
            <th scope="col" className="px-2 text-right font-normal">
              Expected
            </th>
            <th scope="col" className="px-2 text-right font-normal">
              80 % interval
            </th>
            <th scope="col" className="pl-2 text-right font-normal">
              Found
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, label, expected, range, came, outside }) => (
            <tr key={key}>
              <th scope="row" className="py-0.5 pr-3 text-left font-normal">
                {label}
              </th>
              <td className="px-2 text-right">{expected}</td>
              <td className="px-2 text-right whitespace-nowrap text-ink-3">{range}</td>
              <td className={clsx("pl-2 text-right whitespace-nowrap", outside && "text-warn")}>
                {came ?? "–"}
                {outside ? " outside" : ""}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
