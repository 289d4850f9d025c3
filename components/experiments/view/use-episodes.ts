"use client";

import { useMemo, useState } from "react";
import { getJson } from "@/components/api";
import type { ExperimentPageView } from "@/lib/experiments/page-schema";
import type { EpisodeView } from "@/lib/experiments/schema";

export interface Episodes {
  episodes: EpisodeView[];
  /** Of all there are. */
  total: number;
  readOlder: () => void;
  problem: string | null;
}

/** The newest episodes, and older ones as they were asked for; kept while other parts of the page are looked at. */
export function useEpisodes({ id, trace, episodes: newest }: ExperimentPageView): Episodes {
  const [older, setOlder] = useState<EpisodeView[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const episodes = useMemo(() => [...older, ...newest], [older, newest]);
  const readOlder = (): void => {
    setProblem(null);
    getJson<EpisodeView[]>(`/api/v1/experiments/${id}/episodes?before=${episodes[0]?.number ?? 0}`).then(
      (read) => setOlder((before) => [...read.reverse(), ...before]),
      () => setProblem("Older episodes could not be read. Try again in a moment."),
    );
  };
  return { episodes, total: trace.length, readOlder, problem };
}
