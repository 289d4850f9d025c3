"use client";

import { useQuery } from "@tanstack/react-query";
import { getJson } from "@/components/api";
import { useExperimentPath } from "@/components/sharing/shared";
import type { ArtifactRecord, ReusedFrom, SolutionView } from "@/lib/experiments/schema";

export interface SolutionDetails {
  solution: SolutionView;
  artifact: ArtifactRecord | null;
  reusedFrom: ReusedFrom | null;
}

/** Everything that was measured of one solution, read when it is opened; null while none is. */
export function useSolution(experimentId: string, number: number | null): { details: SolutionDetails | undefined; error: Error | null } {
  const base = useExperimentPath(experimentId);
  const { data, error } = useQuery({
    queryKey: ["solution", experimentId, number],
    queryFn: ({ signal }) => getJson<SolutionDetails>(`${base}/solutions/${number}`, signal),
    enabled: number !== null,
    // What was measured does not change.
    staleTime: Infinity,
  });
  return { details: data, error };
}
