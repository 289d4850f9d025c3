"use client";

import { measureCommand, remakeCommand } from "@/components/experiments/solution/prepare-reproduce";
import { useShared } from "@/components/sharing/shared";
import { CopyButton } from "@/components/ui/copy-button";
import { Panel } from "@/components/ui/panel";
import type { ExperimentTitle, SolutionDetails } from "@/lib/experiments/page-schema";

/** How to have the same again: the exact commands, the seed, and the versions of everything that took part. */
export function ReproducePanel({ experiment, details: { solution, measured } }: { experiment: ExperimentTitle; details: SolutionDetails }) {
  const shared = useShared();
  const { artifactHash: hash, recipe } = solution;
  return (
    <Panel title="Make it again" id="reproduce">
      <div className="grid grid-cols-1 gap-3 p-3">
        {hash ? (
          <Command title="The artifact, compared file by file" command={remakeCommand(hash)}>
            {shared ? "It needs the artifact's bundle, which people of the lab can save." : "It reads the bundle, which is saved above, from the folder it is run in; give its path where it lies elsewhere."}
          </Command>
        ) : null}
        <Command title="The measurement" command={measureCommand({ ...experiment, seed: measured.seed }, recipe)}>
          In an experiment of its own, which measures the uncompressed model first.
        </Command>
        <dl className="figures grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-0.5">
          <dt className="text-ink-2">Seed</dt>
          <dd>{measured.seed}</dd>
          <dt className="text-ink-2">Measured on</dt>
          <dd>{solution.device}</dd>
          <dt className="text-ink-2">Versions</dt>
          <dd className="break-words">
            {Object.entries(measured.versions)
              .map(([name, version]) => `${name} ${version}`)
              .join(", ") || "not recorded"}
          </dd>
        </dl>
      </div>
    </Panel>
  );
}

function Command({ title, command, children }: { title: string; command: string; children: React.ReactNode }) {
  return (
    <div className="min-w-0">
      <h3 className="text-xs font-medium text-ink-2">{title}</h3>
      <div className="mt-1 flex items-start gap-1">
        <pre tabIndex={0} aria-label={title} className="min-w-0 flex-1 overflow-x-auto rounded-sm border border-line bg-panel p-2 font-mono text-xs">
          {command}
        </pre>
        <CopyButton text={command} label={`Copy the command: ${title}`} />
      </div>
      <p className="text-xs text-ink-3">{children}</p>
    </div>
  );
}
