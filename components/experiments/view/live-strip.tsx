"use client";

import { useSyncExternalStore } from "react";
import type { ProgressStore } from "@/components/experiments/view/progress-store";
import { episodeWords, isRunning } from "@/components/experiments/words";
import { useSlow } from "@/components/use-slow";
import { formatSeconds } from "@/lib/domain/format";
import type { ExperimentPageView } from "@/lib/experiments/page-schema";
import type { LiveProgress } from "@/lib/experiments/schema";

/** One line that says what is going on now, with the share done and the time left where the runner knows them. */
export function LiveStrip({ experiment, progress }: { experiment: ExperimentPageView; progress: ProgressStore }) {
  const current = useSyncExternalStore(progress.subscribe, progress.read, () => null);
  const slow = useSlow(current === null);
  const percent = current ? Math.round(current.fraction * 100) : null;
  return (
    <div className="flex min-h-10 flex-wrap items-center gap-x-4 gap-y-1 rounded-md border border-line bg-panel px-3 py-2">
      <p role="status" className="min-w-0 text-live">
        {current ? progressText(current) : waitingText(experiment, slow)}
      </p>
      {percent === null ? null : (
        <>
          <div
            role="progressbar"
            aria-label="Progress of the current step"
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={percent}
            className="h-1.5 min-w-32 flex-1 overflow-hidden rounded-full bg-line"
          >
            <div className="h-full rounded-full bg-live transition-[width]" style={{ width: `${percent}%` }} />
          </div>
          <p className="figures w-40 text-right text-xs text-ink-2">
            {percent} %{current?.etaSeconds ? `, about ${formatSeconds(current.etaSeconds)} left` : ""}
          </p>
        </>
      )}
    </div>
  );
}

function progressText({ episode, kind, stage, message }: LiveProgress): string {
  const what = kind === "compress" ? "compressing" : "measuring";
  const who = episode === 0 ? "uncompressed model" : `episode ${episode}`;
  const detail = message || stage;
  return `${what} the ${who}${detail ? `: ${detail}` : ""}`.replace("the episode", "episode");
}

function waitingText(experiment: ExperimentPageView, slow: boolean): string {
  if (experiment.status === "stopping") return "stopping: the running step is being ended, what was measured is kept";
  if (experiment.controls.paused) return experiment.controls.idleSince ? "paused: nothing runs until it is resumed" : "pausing: the running episode is brought to its end, then nothing starts";
  if (experiment.status === "queued") return slow ? "waiting for the engine to take it up" : "queued";
  const episode = experiment.episodes.findLast((each) => isRunning(each.status));
  if (experiment.stage) return experiment.stage;
  if (episode) return episode.number === 0 ? "measuring the uncompressed model" : `episode ${episode.number}: ${episodeWords[episode.status]}`;
  return slow ? "between two steps; waiting for the engine" : "running";
}
