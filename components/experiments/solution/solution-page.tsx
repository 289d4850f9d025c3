"use client";

import Link from "next/link";
import { useMemo } from "react";
import { markOf } from "@/components/charts/scene";
import { FactRows } from "@/components/experiments/fact-rows";
import { EpisodeLog } from "@/components/experiments/log/episode-log";
import { PageHead } from "@/components/experiments/page-head";
import { ArtifactPanel } from "@/components/experiments/solution/artifact-panel";
import { BenchmarkTable, FiguresTable } from "@/components/experiments/solution/figures-table";
import { besideOnFront, prepareBenchmarks, prepareFigures, prepareNeighbours } from "@/components/experiments/solution/prepare-figures";
import { RecipePanel } from "@/components/experiments/solution/recipe-panel";
import { ReproducePanel } from "@/components/experiments/solution/reproduce-panel";
import { useDetails } from "@/components/experiments/use-details";
import { AblationTable } from "@/components/experiments/view/ablation";
import { MarkGlyph, markWord } from "@/components/experiments/view/mark";
import { prepareAblation } from "@/components/experiments/view/prepare-comparison";
import { prepareAttempts, prepareSolution } from "@/components/experiments/view/prepare-solution";
import { TakenOver } from "@/components/experiments/view/taken-over";
import { tradeSentence } from "@/components/experiments/view/trade";
import { useExperimentHref, useShared } from "@/components/sharing/shared";
import { Panel } from "@/components/ui/panel";
import { titleOfRuntime } from "@/lib/domain/runtimes";
import type { ExperimentTitle, SolutionDetails, SolutionPoint } from "@/lib/experiments/page-schema";

const settled = (): boolean => false;

/** All that is known of one solution. */
export function SolutionPage({ experiment, initial }: { experiment: ExperimentTitle; initial: SolutionDetails }) {
  const { details, stale } = useDetails(experiment.id, `solutions/${initial.solution.number}`, initial, settled);
  const { solution, artifact, reusedFrom, measured, related } = details;
  const hrefOf = useExperimentHref();
  const shared = useShared();
  const baseline = related.find(({ isBaseline }) => isBaseline);
  const beside = besideOnFront(solution.number, related);
  const mark = markOf(solution);
  const figures = useMemo(() => prepareFigures(solution, baseline), [solution, baseline]);
  const steps = useMemo(() => related.filter(({ number }) => number === solution.number).flatMap((point) => prepareAblation(point, related)), [solution.number, related]);
  const benchmarks = useMemo(() => prepareBenchmarks(solution, measured.benchmarkVersions), [solution, measured]);
  const beyond = useMemo(() => prepareSolution(solution, null).filter(({ title }) => title === "Speed and memory" || title === "Energy"), [solution]);
  const stepTo = (other: SolutionPoint | undefined, word: string) => other && { page: `/solutions/${other.number}`, label: `${word} on the front: ${other.number}, ${other.label}` };
  return (
    <div className="grid grid-cols-1 gap-4" data-testid="solution" data-number={solution.number}>
      <PageHead
        experiment={experiment}
        title={`Solution ${solution.number}: ${solution.label}`}
        mark={
          <span className="inline-flex items-center gap-1.5">
            <MarkGlyph mark={mark} silent /> {markWord(mark)}
          </span>
        }
        stale={stale}
        before={stepTo(beside.before, "Before it") ?? null}
        after={stepTo(beside.after, "After it") ?? null}
      >
        <PageLink href={hrefOf(experiment.id, `/episodes/${solution.number}`)}>How it was decided</PageLink>
        {baseline && !solution.isBaseline ? <PageLink href={`${hrefOf(experiment.id)}${hrefOf(experiment.id).includes("?") ? "&" : "?"}sel=${baseline.number},${solution.number}`}>Compare with the uncompressed model</PageLink> : null}
      </PageHead>
      {reusedFrom ? <TakenOver from={reusedFrom} /> : null}
      {solution.labels.length > 0 ? <p className="text-ink-2">Mind: {solution.labels.join("; ")}.</p> : null}
      {solution.earlyStop ? <p className="text-warn">Scoring ended early after {solution.earlyStop.items_used} of {solution.earlyStop.items_total} items, because it was surely worse; its accuracy is rough.</p> : null}
      <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-2 min-[120rem]:grid-cols-3">
        <div className="grid min-w-0 grid-cols-1 gap-4">
          <Panel title="Five figures" id="figures">
            <FiguresTable rows={figures} runtime={titleOfRuntime(solution.recipe.runtime)} />
            <p className="border-t border-line px-3 py-2 text-xs text-ink-3">Intervals are of 95 %. Grey may be no difference at all. What lies between the two uncompressed columns is the runtime&apos;s doing, not the recipe&apos;s.</p>
          </Panel>
          <Panel title="Benchmarks">
            <BenchmarkTable rows={benchmarks} />
          </Panel>
          {solution.onFront && related.length > 2 ? <Neighbours experimentId={experiment.id} details={details} /> : null}
        </div>
        <div className="grid min-w-0 grid-cols-1 gap-4">
          <RecipePanel recipe={solution.recipe} />
          {steps.length > 0 ? (
            <Panel title="What each step changed" id="steps">
              <div className="p-3">
                <AblationTable steps={steps} />
              </div>
            </Panel>
          ) : null}
          <ArtifactPanel hash={solution.artifactHash} artifact={artifact} />
          <Panel title="Attempts">
            <FactRows rows={prepareAttempts(artifact, reusedFrom !== null)} />
          </Panel>
          <ReproducePanel experiment={experiment} details={details} />
        </div>
        <div className="grid min-w-0 grid-cols-1 gap-4 xl:col-span-2 xl:grid-cols-2 min-[120rem]:col-span-1 min-[120rem]:grid-cols-1">
          {beyond.map(({ title, rows }) => (
            <Panel key={title} title={title}>
              <FactRows rows={rows} />
            </Panel>
          ))}
        </div>
      </div>
      {shared || reusedFrom ? null : <EpisodeLog experimentId={experiment.id} episode={solution.number} />}
    </div>
  );
}

function PageLink({ href, children }: { href: string; children: string }) {
  return (
    <Link href={href} className="rounded-sm text-accent hover:underline">
      {children}
    </Link>
  );
}

/** What would be gained and lost by choosing another point of the front. */
function Neighbours({ experimentId, details: { solution, related } }: { experimentId: string; details: SolutionDetails }) {
  const hrefOf = useExperimentHref();
  const own = related.find(({ number }) => number === solution.number);
  const neighbours = prepareNeighbours(solution, related);
  if (!own || neighbours.length === 0) return null;
  return (
    <Panel title="Neighbours on the front" id="neighbours">
      <ul>
        {neighbours.map(({ number, label, why }) => (
          <li key={number} className="border-b border-line px-3 py-1.5 last:border-0">
            <Link href={hrefOf(experimentId, `/solutions/${number}`)} className="rounded-sm text-accent hover:underline">
              {number} {label}
            </Link>{" "}
            <span className="text-xs text-ink-3">{why}</span>
            <span className="block text-ink-2">{tradeSentence(own, related.find((point) => point.number === number) as SolutionPoint)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
