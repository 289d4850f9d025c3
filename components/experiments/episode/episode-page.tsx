"use client";

import Link from "next/link";
import { useMemo } from "react";
import { DecisionParts } from "@/components/experiments/episode/decision-parts";
import { EpisodeOutcome } from "@/components/experiments/episode/episode-outcome";
import { FactRows } from "@/components/experiments/fact-rows";
import { EpisodeLog } from "@/components/experiments/log/episode-log";
import { EpisodeModelPanel, ModelUseProvider } from "@/components/experiments/models/model-use";
import { PageHead } from "@/components/experiments/page-head";
import { prepareFigures } from "@/components/experiments/solution/prepare-figures";
import { FiguresTable } from "@/components/experiments/solution/figures-table";
import { prepareEpisodeFacts } from "@/components/experiments/episode/prepare-episode";
import { useDetails } from "@/components/experiments/use-details";
import { prepareEpisodes } from "@/components/experiments/view/prepare-episodes";
import { TakenOver } from "@/components/experiments/view/taken-over";
import { isRunning } from "@/components/experiments/words";
import { useExperimentHref, useShared } from "@/components/sharing/shared";
import { ErrorView } from "@/components/ui/error-view";
import { Panel } from "@/components/ui/panel";
import type { EpisodeDetails, ExperimentTitle } from "@/lib/experiments/page-schema";

const isLive = ({ episode }: EpisodeDetails): boolean => isRunning(episode.status);

/** All that is known of one episode: how it was decided, what was expected, what came of it. */
export function EpisodePage({ experiment, initial }: { experiment: ExperimentTitle; initial: EpisodeDetails }) {
  const { number } = initial.episode;
  const { details, stale } = useDetails(experiment.id, `episodes/${number}`, initial, isLive);
  const { episode, solutions, last } = details;
  const { decision, error, reusedFrom } = episode;
  const hrefOf = useExperimentHref();
  const shared = useShared();
  const row = useMemo(() => prepareEpisodes([episode], solutions)[0], [episode, solutions]);
  const solution = solutions.find((each) => each.number === number);
  const facts = useMemo(() => prepareEpisodeFacts(details), [details]);
  const figures = useMemo(() => (solution ? prepareFigures({ ...solution, accuracyDelta: null, reference: null }, solutions.find(({ isBaseline }) => isBaseline)) : []), [solution, solutions]);
  const step = (to: number, word: string) => (to < 0 || to > last ? null : { page: `/episodes/${to}`, label: `${word} episode, ${to}` });
  return (
    <ModelUseProvider experiment={experiment}>
      <div className="grid grid-cols-1 gap-4" data-testid="episode" data-status={episode.status}>
        <PageHead experiment={experiment} title={`Episode ${number}${decision?.label ? `: ${decision.label}` : ""}`} mark={row ? <EpisodeOutcome row={row} /> : null} stale={stale} before={step(number - 1, "Previous")} after={step(number + 1, "Next")}>
          {solution ? (
            <Link href={hrefOf(experiment.id, `/solutions/${number}`)} className="rounded-sm text-accent hover:underline">
              Its solution
            </Link>
          ) : null}
        </PageHead>
        {error ? <ErrorView title={error.message} message={`${error.code}${episode.status === "stopped" ? "" : ", the episode came to nothing"}`} remedy={error.remedy} /> : null}
        {decision?.fallbackNote ? <p className="text-warn">{decision.fallbackNote}</p> : null}
        {reusedFrom ? <TakenOver from={reusedFrom} /> : null}
        <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-2">
          <Panel title="Decision" aside={<span className="text-xs text-ink-2">{row?.decidedBy}</span>}>
            <div className="grid grid-cols-1 gap-3 p-3">{decision ? <DecisionParts decision={decision} expectation={row?.expectation ?? []} whole /> : <p className="text-ink-2">It is being decided.</p>}</div>
          </Panel>
          <div className="grid min-w-0 grid-cols-1 gap-4">
            <Panel title="Course">
              <FactRows rows={facts} />
            </Panel>
            {figures.length > 0 ? (
              <Panel title="Five figures" id="figures">
                <FiguresTable rows={figures} runtime="" />
              </Panel>
            ) : null}
            <EpisodeModelPanel episode={number} />
          </div>
        </div>
        {shared || reusedFrom ? null : <EpisodeLog experimentId={experiment.id} episode={number} />}
      </div>
    </ModelUseProvider>
  );
}
