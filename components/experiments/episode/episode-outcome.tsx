import { clsx } from "clsx";
import { CircleSlash, LoaderCircle, X } from "lucide-react";
import { MarkGlyph } from "@/components/experiments/view/mark";
import type { EpisodeResult, EpisodeRow } from "@/components/experiments/view/prepare-episodes";

/** What came of an episode, as a shape and a word. */
export function EpisodeOutcome({ row: { result, resultText } }: { row: Pick<EpisodeRow, "result" | "resultText"> }) {
  return (
    <span className={clsx("inline-flex items-center gap-1.5 text-sm", inkOf[result])}>
      <ResultGlyph result={result} />
      {resultText}
    </span>
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
