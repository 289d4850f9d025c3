"use client";

import { Download } from "lucide-react";
import { useMemo } from "react";
import { prepareSolution } from "@/components/experiments/view/prepare-solution";
import { Panel } from "@/components/ui/panel";
import type { ArtifactRecord, SolutionView } from "@/lib/experiments/schema";

/** What lies behind one row of the table; its files are the runner's, handed through. */
export function SolutionPanel({ solution, artifact }: { solution: SolutionView; artifact: ArtifactRecord | null }) {
  const sections = useMemo(() => prepareSolution(solution, artifact), [solution, artifact]);
  return (
    <Panel id="solution" title={`Solution ${solution.number}: ${solution.label}`} aside={solution.artifactHash ? <Files hash={solution.artifactHash} /> : null}>
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
    </Panel>
  );
}

const files = [
  { part: "card", label: "Model card", name: "README.md" },
  { part: "bundle", label: "Bundle to make it again", name: "bundle.json" },
];

function Files({ hash }: { hash: string }) {
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
