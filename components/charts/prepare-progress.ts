import { objectives, type ObjectiveKey } from "@/lib/domain/objectives";
import type { EpisodeTrace, SolutionPoint } from "@/lib/experiments/page-schema";

/** An episode whose solution was better in an objective than every one before it. */
export interface Improvement {
  number: number;
  key: ObjectiveKey;
  /** Whether its interval lies beyond that of the best before; else the two may be equal. */
  certain: boolean;
}

export interface Course {
  first: number;
  last: number;
  /** Hypervolume after the episodes at which it changed. */
  volumes: { number: number; value: number }[];
  improvements: Improvement[];
  failed: number[];
}

/** How the hypervolume grew and what each episode was best at so far; the baseline is what the first is compared with. */
export function prepareProgress(trace: readonly EpisodeTrace[], points: readonly SolutionPoint[]): Course {
  const volumes: Course["volumes"] = [];
  for (const { number, hypervolume } of trace) {
    if (hypervolume !== null && hypervolume !== volumes.at(-1)?.value) volumes.push({ number, value: hypervolume });
  }
  const improvements: Improvement[] = [];
  for (const { key, direction } of objectives) {
    let best: SolutionPoint["figures"][ObjectiveKey] | null = null;
    for (const { number, figures, feasible, partial } of points) {
      const figure = figures[key];
      if (!best) best = figure;
      else if (feasible && !partial && (direction === "max" ? figure.value > best.value : figure.value < best.value)) {
        improvements.push({ number, key, certain: direction === "max" ? figure.low > best.high : figure.high < best.low });
        best = figure;
      }
    }
  }
  return {
    first: trace[0]?.number ?? 0,
    last: trace.at(-1)?.number ?? 0,
    volumes,
    improvements: improvements.sort((a, b) => a.number - b.number),
    failed: trace.filter(({ status }) => status === "failed").map(({ number }) => number),
  };
}
