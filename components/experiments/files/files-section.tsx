"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { getJson } from "@/components/api";
import { ArtifactFiles } from "@/components/experiments/files/artifact-files";
import { FileTable } from "@/components/experiments/files/file-table";
import { useExperimentHref } from "@/components/sharing/shared";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { LoadError } from "@/components/ui/load-error";
import { Panel, Skeleton } from "@/components/ui/panel";
import { counted } from "@/components/whole-number";
import { formatBytes } from "@/lib/domain/format";
import { exportFormats, formatWords } from "@/lib/experiments/exports/schema";
import type { ExperimentFileList, LeftArtifact } from "@/lib/experiments/files-schema";

/** Every file that an experiment leaves: result files, artifacts, and what is made on demand. */
export function FilesSection({ experiment: { id, lastSeq } }: { experiment: { id: string; lastSeq: number } }) {
  const { data, error } = useQuery({
    queryKey: ["files", id, lastSeq],
    queryFn: ({ signal }) => getJson<ExperimentFileList>(`/api/v1/experiments/${id}/files`, signal),
    placeholderData: keepPreviousData,
  });
  if (!data) return error ? <LoadError error={error} /> : <Skeleton className="h-80" />;
  const { folder, results, artifacts } = data;
  return (
    <div className="grid grid-cols-1 gap-4">
      {error ? <p role="status" className="text-xs text-warn">stale: the list could not be read again</p> : null}
      <Panel title="Result files">
        <p className="flex items-center border-b border-line px-3 py-1 text-xs text-ink-2">
          <code className="min-w-0 font-mono break-all">{folder}</code>
          <CopyButton text={folder} label="Copy the folder of the result files" />
        </p>
        {results.length > 0 ? (
          <FileTable label="Result files" files={results} hrefOf={(path) => `/api/v1/experiments/${id}/files/${path}`} />
        ) : (
          <p className="p-3 text-ink-2">None yet. They are written after every episode.</p>
        )}
      </Panel>
      <Panel title="Artifacts" aside={<span className="figures text-xs text-ink-2">{`${artifacts.length}, ${formatBytes(artifacts.reduce((sum, { bytes }) => sum + bytes, 0))} of weights`}</span>}>
        {artifacts.length > 0 ? <Artifacts experimentId={id} artifacts={artifacts} /> : <p className="p-3 text-ink-2">No episode has made one yet.</p>}
      </Panel>
      <Panel title="Made on demand">
        <ul className="flex flex-wrap gap-x-6 gap-y-1 p-3">
          {exportFormats.map((format) => (
            <li key={format}>
              <a href={`/api/v1/experiments/${id}/export?format=${format}`} download className="rounded-sm text-accent hover:underline">
                {formatWords[format]}
              </a>
            </li>
          ))}
          <li>
            <Link href={`/experiments/${id}/report`} className="rounded-sm text-accent hover:underline">
              Report to print or save as PDF
            </Link>
          </li>
        </ul>
      </Panel>
    </div>
  );
}

const artifactsPerPage = 50;

function Artifacts({ experimentId, artifacts }: { experimentId: string; artifacts: readonly LeftArtifact[] }) {
  const [shown, setShown] = useState(artifactsPerPage);
  return (
    <>
      <ul>
        {artifacts.slice(0, shown).map((artifact) => (
          <Artifact key={artifact.episode} experimentId={experimentId} artifact={artifact} />
        ))}
      </ul>
      {shown < artifacts.length ? (
        <p className="flex items-center gap-3 px-3 py-2 text-xs text-ink-2">
          {shown} of {counted(artifacts.length, "artifact")}
          <Button className="h-7 px-2 text-xs" onClick={() => setShown(shown + artifactsPerPage)}>
            Show more
          </Button>
        </p>
      ) : null}
    </>
  );
}

function Artifact({ experimentId, artifact: { episode, label, hash, format, bytes } }: { experimentId: string; artifact: LeftArtifact }) {
  const [open, setOpen] = useState(false);
  const hrefOf = useExperimentHref();
  return (
    <li className="border-b border-line last:border-0">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-1.5">
        <Link href={hrefOf(experimentId, `/episodes/${episode}`)} className="min-w-0 flex-1 basis-48 rounded-sm hover:underline">
          <span className="figures text-ink-3">{episode}</span> {label}
        </Link>
        <span className="text-ink-2">{format}</span>
        <span className="figures w-20 text-right">{formatBytes(bytes)}</span>
        <code className="font-mono text-xs text-ink-2" title={hash}>
          {hash.slice(0, 12)}…
        </code>
        <Button variant="quiet" className="h-7 px-2 text-xs" aria-expanded={open} aria-label={`${open ? "Hide" : "Show"} the files of ${label}`} onClick={() => setOpen(!open)}>
          {open ? "Hide files" : "Files"}
        </Button>
      </div>
      {open ? <ArtifactFiles hash={hash} /> : null}
    </li>
  );
}
