"use client";

import { useState, useTransition } from "react";
import { Duration } from "@/components/experiments/duration";
import { useModelSpend } from "@/components/experiments/models/model-use";
import { StatusBadge } from "@/components/experiments/status-badge";
import { ExportMenu } from "@/components/experiments/view/export-menu";
import { PauseButton } from "@/components/experiments/view/steer-panel";
import type { Connection } from "@/components/experiments/view/use-experiment";
import { isLive, reasonWords } from "@/components/experiments/words";
import { ShareDialog } from "@/components/sharing/share-dialog";
import { useShared } from "@/components/sharing/shared";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Notice, StaleMark } from "@/components/ui/panel";
import { RelativeTime } from "@/components/ui/relative-time";
import { RequestId } from "@/components/ui/request-id";
import { counted } from "@/components/whole-number";
import { stopExperiment } from "@/lib/experiments/actions";
import type { ExperimentPageView } from "@/lib/experiments/page-schema";

interface Props {
  experiment: ExperimentPageView;
  connection: Connection;
  onChanged: () => void;
}

export function ExperimentHeader({ experiment, connection, onChanged }: Props) {
  const { status, episodesDone, maxEpisodes, terminationReason } = experiment;
  const modelSpend = useModelSpend();
  const shared = useShared();
  return (
    <header className="grid grid-cols-1 gap-1">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="min-w-0 font-mono text-lg font-semibold break-all">{experiment.name}</h1>
        <StatusBadge status={status} />
        <p className="figures whitespace-nowrap">
          episode {Math.min(currentEpisode(experiment), maxEpisodes)} of {maxEpisodes}
        </p>
        {connection === "stale" ? <StaleMark /> : null}
        {shared ? null : <div className="ml-auto flex flex-wrap gap-2">
          <ShareDialog experiments={[experiment.id]} />
          <ExportMenu id={experiment.id} />
          {status === "queued" || status === "running" ? <PauseButton experiment={experiment} onChanged={onChanged} /> : null}
          {status === "queued" || status === "running" ? <StopButton id={experiment.id} onChanged={onChanged} /> : null}
        </div>}
      </div>
      <dl className="flex flex-wrap gap-x-4 gap-y-1 text-ink-2">
        <Fact name="Model">
          <span className="font-mono break-all">{experiment.model}</span>
        </Fact>
        <Fact name="Benchmarks">
          {experiment.benchmarks.join(", ")}
          {experiment.itemLimit === null ? "" : `, ${counted(experiment.itemLimit, "item")} each`}
        </Fact>
        <Fact name="Spent">
          <span className="figures">
            <Duration startedAt={experiment.startedAt} endedAt={experiment.endedAt} /> of {experiment.budgetHours} h
          </span>
        </Fact>
        {modelSpend ? (
          <Fact name="Language model">
            <span className="figures">{modelSpend}</span>
          </Fact>
        ) : null}
        {experiment.startedAt ? (
          <Fact name="Started">
            <RelativeTime at={experiment.startedAt} />
          </Fact>
        ) : null}
        {!isLive(status) && terminationReason ? <Fact name="Ended">{`${reasonWords[terminationReason]} (${counted(episodesDone, "episode")} done)`}</Fact> : null}
      </dl>
    </header>
  );
}

/** The episode that runs now, or the last one. */
function currentEpisode({ episodes }: ExperimentPageView): number {
  return episodes.reduce((highest, episode) => Math.max(highest, episode.number), 0);
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="flex min-h-6 min-w-0 items-center gap-1.5">
      <dt className="shrink-0 text-ink-3">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

function StopButton({ id, onChanged }: { id: string; onChanged: () => void }) {
  const [pending, startTransition] = useTransition();
  const [failure, setFailure] = useState<{ message: string; remedy: string; requestId?: string } | null>(null);
  const stop = (): void =>
    startTransition(async () => {
      setFailure(null);
      try {
        const result = await stopExperiment({ id });
        if (result.ok) onChanged();
        else setFailure({ ...result.error, requestId: result.requestId });
      } catch {
        setFailure({ message: "The web server did not answer.", remedy: "It is not known whether the stop was taken; look again in a moment." });
      }
    });
  return (
    <>
      <ConfirmDialog
        trigger={
          <Button variant="danger" disabled={pending}>
            {pending ? "Stopping…" : "Stop"}
          </Button>
        }
        title="Stop this experiment?"
        text="The running step is ended and no further episode starts. Everything measured so far is kept, and the result files are written. A stopped experiment cannot be resumed."
        action="Stop the experiment"
        onConfirm={stop}
      />
      {failure ? (
        <Notice tone="bad" role="alert" title={failure.message}>
          {failure.remedy}
          {failure.requestId ? <RequestId id={failure.requestId} /> : null}
        </Notice>
      ) : null}
    </>
  );
}
