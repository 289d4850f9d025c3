"use client";

import { Download } from "lucide-react";
import Link from "next/link";
import { useMemo } from "react";
import { FactRows } from "@/components/experiments/fact-rows";
import { prepareSolution } from "@/components/experiments/view/prepare-solution";
import { Ablation } from "@/components/experiments/view/ablation";
import { TakenOver } from "@/components/experiments/view/taken-over";
import { useSolution } from "@/components/experiments/view/use-solution";
import { useExperimentHref, useShared } from "@/components/sharing/shared";
import { Panel, Skeleton } from "@/components/ui/panel";
import type { SolutionDetails, SolutionPoint } from "@/lib/experiments/page-schema";

/** What lies behind one row of the table; read when it is opened. */
export function SolutionPanel({ experimentId, point, points }: { experimentId: string; point: SolutionPoint; points: readonly SolutionPoint[] }) {
  const { details, error } = useSolution(experimentId, point.number);
  if (details) return <Details {...details} experimentId={experimentId} point={point} points={points} />;
  return (
    <Panel id="solution" title={`Solution ${point.number}: ${point.label}`}>
      {error ? <p className="p-3 text-bad">{error.message} The table above holds its figures; select it again to retry.</p> : <Skeleton className="m-3 h-40" />}
    </Panel>
  );
}

function Details({ experimentId, solution, artifact, reusedFrom, point, points }: SolutionDetails & { experimentId: string; point: SolutionPoint; points: readonly SolutionPoint[] }) {
  const sections = useMemo(() => prepareSolution(solution, artifact), [solution, artifact]);
  const hrefOf = useExperimentHref();
  return (
    <Panel
      id="solution"
      title={`Solution ${solution.number}: ${solution.label}`}
      aside={
        <>
          {solution.artifactHash ? <ArtifactLinks hash={solution.artifactHash} /> : null}
          <Link href={hrefOf(experimentId, `/solutions/${solution.number}`)} className="rounded-sm text-accent hover:underline">
            Open its page
          </Link>
        </>
      }
    >
      {reusedFrom ? (
        <div className="px-3 pt-3">
          <TakenOver from={reusedFrom} />
        </div>
      ) : null}
      <div className="gap-x-2 py-2 md:columns-2">
        {sections.map(({ title, rows }) => (
          <section key={title} aria-label={title} className="mb-2 break-inside-avoid">
            <h3 className="px-3 text-xs font-medium text-ink-2">{title}</h3>
            <FactRows rows={rows} />
          </section>
        ))}
      </div>
      <Ablation point={point} points={points} />
    </Panel>
  );
}

const files = [
  { part: "card", label: "Model card", name: "README.md" },
  { part: "bundle", label: "Bundle to make it again", name: "bundle.json" },
];

/** Its files are the runner's, handed through. */
export function ArtifactLinks({ hash }: { hash: string }) {
  if (useShared()) return null;
  return (
    <ul className="flex flex-wrap items-center gap-3 text-sm">
      {files.map(({ part, label, name }) => (
        <li key={part}>
          <a href={`/api/v1/artifacts/${hash}/${part}`} download={`${hash.slice(0, 12)}-${name}`} className="inline-flex items-center gap-1 rounded-sm text-accent hover:underline">
            <Download size={14} aria-hidden /> {label}
          </a>
        </li>
      ))}
    </ul>
  );
}
