"use client";

import { ArtifactFiles } from "@/components/experiments/files/artifact-files";
import { ArtifactLinks } from "@/components/experiments/view/solution-panel";
import { useShared } from "@/components/sharing/shared";
import { CopyButton } from "@/components/ui/copy-button";
import { Panel } from "@/components/ui/panel";
import { formatBytes } from "@/lib/domain/format";
import { titleOfRuntime } from "@/lib/domain/runtimes";
import type { ArtifactRecord } from "@/lib/experiments/schema";

/** What was written to disk: its hash and files, and in which runtimes it was loaded. */
export function ArtifactPanel({ hash, artifact }: { hash: string | null; artifact: ArtifactRecord | null }) {
  const shared = useShared();
  if (!hash) {
    return (
      <Panel title="Artifact">
        <p className="p-3 text-ink-2">None of its own: the model&apos;s own files were measured.</p>
      </Panel>
    );
  }
  return (
    <Panel title="Artifact" aside={<ArtifactLinks hash={hash} />}>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 pt-2">
        <span className="inline-flex min-w-0 items-center">
          <code className="min-w-0 font-mono text-xs break-all">{hash}</code>
          <CopyButton text={hash} label="Copy the artifact's hash" />
        </span>
        {artifact ? (
          <span className="figures text-ink-2">
            {artifact.format}, {formatBytes(artifact.size_bytes)} of weights
          </span>
        ) : null}
      </p>
      {artifact && artifact.labels.length > 0 ? <p className="px-3 text-xs text-ink-2">{artifact.labels.join(", ")}</p> : null}
      {artifact && artifact.loads.length > 0 ? (
        <ul aria-label="Runtimes in which it was loaded" className="px-3 py-2">
          {artifact.loads.map(({ runtime, loaded, reason }) => (
            <li key={runtime} className="py-0.5">
              <span className={loaded ? "text-good" : "text-ink-2"}>{loaded ? "✓ loads" : "✗ does not load"}</span> in {titleOfRuntime(runtime)}
              <span className="block text-xs break-words text-ink-3">{reason || (loaded ? "loaded and generated in a fresh process" : "no reason was given")}</span>
            </li>
          ))}
        </ul>
      ) : null}
      {shared ? null : (
        <div className="border-t border-line">
          <ArtifactFiles hash={hash} />
        </div>
      )}
    </Panel>
  );
}
