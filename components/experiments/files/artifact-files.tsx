"use client";

import { useQuery } from "@tanstack/react-query";
import { getJson } from "@/components/api";
import { FileTable } from "@/components/experiments/files/file-table";
import { LoadError } from "@/components/ui/load-error";
import { Skeleton } from "@/components/ui/panel";
import type { ArtifactManifest } from "@/lib/experiments/files-schema";

/** The files of an artifact, as the runner that holds it lists them. */
export function ArtifactFiles({ hash }: { hash: string }) {
  const { data, error } = useQuery({
    queryKey: ["artifact", hash],
    queryFn: ({ signal }) => getJson<ArtifactManifest>(`/api/v1/artifacts/${hash}`, signal),
    // What a hash names does not change, but it may be removed.
    staleTime: 60_000,
    retry: false,
  });
  if (data) return <FileTable label={`Files of artifact ${hash.slice(0, 12)}`} files={data.files} hrefOf={(path) => `/api/v1/artifacts/${hash}/files/${path}`} />;
  return error ? <LoadError error={error} /> : <Skeleton className="m-3 h-40" />;
}
