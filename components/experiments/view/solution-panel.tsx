"use client";

import { Download } from "lucide-react";
import { useMemo } from "react";
import { prepareSolution } from "@/components/experiments/view/prepare-solution";
import { Ablation } from "@/components/experiments/view/ablation";
import { TakenOver } from "@/components/experiments/view/taken-over";
import { useSolution, type SolutionDetails } from "@/components/experiments/view/use-solution";
import { useShared } from "@/components/sharing/shared";
import { Panel, Skeleton } from "@/components/ui/panel";
import type { SolutionPoint } from "@/lib/experiments/page-schema";

/** What lies behind one row of the table; read when it is opened. */
export function SolutionPanel({ experimentId, point, points }: { experimentId: string; point: SolutionPoint; points: readonly SolutionPoint[] }) {
  const { details, error } = useSolution(experimentId, point.number);
  if (details) return <Details {...details} point={point} points={points} />;
  return (
    <Panel id="solution" title={`Solution ${point.number}: ${point.label}`}>
      {error ? <p className="p-3 text-bad">{error.message} The table above holds its figures; select it again to retry.</p> : <Skeleton className="m-3 h-40" />}
    </Panel>
  );
}

/** Its files are the runner's, handed through. */
function Details({ solution, artifact, reusedFrom, point, points }: SolutionDetails & { point: SolutionPoint; points: readonly SolutionPoint[] }) {
  const sections = useMemo(() => prepareSolution(solution, artifact), [solution, artifact]);
  return (
    <Panel id="solution" title={`Solution ${solution.number}: ${solution.label}`} aside={solution.artifactHash ? <Files hash={solution.artifactHash} /> : null}>
      {reusedFrom ? (
        <div className="px-3 pt-3">
          <TakenOver from={reusedFrom} />
        </div>
      ) : null}
      <div className="gap-x-8 p-3 pb-0 md:columns-2">
        {sections.map(({ title, rows }) => (
          <section key={title} aria-label={title} className="mb-4 break-inside-avoid">
            <h3 className="mb-1 text-xs font-medium text-ink-2">{title}</h3>
            <dl>
              {rows.map(({ label, value, note }, index) => (
                <div key={index} className="grid grid-cols-[minmax(8rem,2fr)_3fr] gap-3 border-b border-line py-1 last:border-0">
                  <dt className="text-ink-2">{label}</dt>
                  <dd className="figures min-w-0 break-words">
                    {value}
                    {note ? <span className="block text-xs text-ink-3">{note}</span> : null}
                  </dd>
                </div>
              ))}
            </dl>
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

function Files({ hash }: { hash: string }) {
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
