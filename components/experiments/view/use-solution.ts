"use client";

import { useQuery } from "@tanstack/react-query";
import { getJson } from "@/components/api";
import { useExperimentPath } from "@/components/sharing/shared";
import type { SolutionDetails } from "@/lib/experiments/page-schema";

/** Everything that was measured of one solution, read when it is opened. */
export function useSolution(experimentId: string, number: number): { details: SolutionDetails | undefined; error: Error | null } {
  const base = useExperimentPath(experimentId);
  const { data, error } = useQuery({
    queryKey: ["solution", experimentId, number],
    queryFn: ({ signal }) => getJson<SolutionDetails>(`${base}/solutions/${number}`, signal),
    // What was measured does not change.
    staleTime: Infinity,
  });
  return { details: data, error };
}
