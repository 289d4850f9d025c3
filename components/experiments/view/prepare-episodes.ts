import { prepareExpectation, type ExpectationRow } from "@/components/experiments/view/prepare-expectation";
import { episodeWords, isRunning } from "@/components/experiments/words";
import { formatNumber, formatSeconds } from "@/lib/domain/format";
import type { SolutionPoint } from "@/lib/experiments/page-schema";
import type { EpisodeView } from "@/lib/experiments/schema";

export type EpisodeResult = "running" | "front" | "passed" | "dominated" | "infeasible" | "partial" | "baseline" | "failed" | "stopped" | "ended";

export interface EpisodeRow {
  number: number;
  label: string;
  result: EpisodeResult;
  resultText: string;
  decidedBy: string;
  fallbackNote: string | null;
  /** "decide 0.2 s · compress 8 s · measure 14 s · waiting 1 s"; empty while it runs. */
  phases: string;
  hypervolumeGain: string;
  expectation: ExpectationRow[];
  episode: EpisodeView;
}

/** Newest first. The result is today's: a point that was on the front may have been passed since. */
export function prepareEpisodes(episodes: readonly EpisodeView[], solutions: readonly SolutionPoint[]): EpisodeRow[] {
  const byNumber = new Map(solutions.map((solution) => [solution.number, solution]));
  const inOrder = [...episodes].sort((a, b) => a.number - b.number);
  const baseline = solutions.find((solution) => solution.isBaseline);
  let before: number | null = null;
  const rows = inOrder.map((episode): EpisodeRow => {
    const result = resultOf(episode, byNumber.get(episode.number));
    const gain = before !== null && episode.hypervolume !== null ? episode.hypervolume - before : 0;
    before = episode.hypervolume ?? before;
    return {
      number: episode.number,
      label: episode.decision?.label ?? "",
      result,
      resultText: result === "running" ? episodeWords[episode.status] : result === "partial" ? partialWords(byNumber.get(episode.number)) : resultWords[result],
      decidedBy: deciderOf(episode),
      fallbackNote: episode.decision?.fallbackNote ?? null,
      phases: phasesOf(episode),
      hypervolumeGain: gain > 0 ? `+${formatNumber(gain)} hypervolume` : "",
      expectation: episode.decision ? prepareExpectation(episode.decision, byNumber.get(episode.number), baseline) : [],
      episode,
    };
  });
  return rows.reverse();
}

function partialWords(solution: SolutionPoint | undefined): string {
  const stopped = solution?.earlyStop;
  return stopped ? `surely worse, ended early after ${stopped.items_used} of ${stopped.items_total} items` : "surely worse, ended early";
}

const resultWords: Record<Exclude<EpisodeResult, "running" | "partial">, string> = {
  baseline: "baseline",
  front: "on the front",
  passed: "was on the front, dominated since",
  dominated: "dominated",
  infeasible: "breaks a constraint",
  failed: "failed",
  stopped: "stopped",
  ended: "ended without a solution",
};

function resultOf(episode: EpisodeView, solution: SolutionPoint | undefined): EpisodeResult {
  if (isRunning(episode.status)) return "running";
  if (episode.status === "failed") return "failed";
  if (episode.status === "stopped") return "stopped";
  if (!solution) return "ended";
  if (solution.isBaseline) return "baseline";
  if (solution.onFront) return "front";
  if (solution.partial) return "partial";
  if (!solution.feasible) return "infeasible";
  return episode.frontImproved ? "passed" : "dominated";
}

function deciderOf({ decision }: EpisodeView): string {
  if (!decision || decision.decidedBy === "baseline") return "";
  if (decision.decidedBy === "model") return decision.languageModel ? `decided by ${decision.languageModel}` : "decided by the language model";
  return `decided by ${{ search: "the search", memory: "memory", person: "a person" }[decision.decidedBy]}`;
}

function phasesOf({ seconds }: EpisodeView): string {
  if (!seconds) return "";
  const phases: [string, number][] = [
    ["decide", seconds.decide],
    ["compress", seconds.compress],
    ["measure", seconds.evaluate],
    ["waiting", seconds.overhead],
  ];
  return phases
    .filter(([, value]) => value > 0)
    .map(([name, value]) => `${name} ${formatSeconds(value)}`)
    .join(" · ");
}

/** Hypervolume after each episode that has one, in order; the sparkline's data. */
export function hypervolumes(episodes: readonly EpisodeView[]): number[] {
  return [...episodes].sort((a, b) => a.number - b.number).flatMap(({ hypervolume }) => (hypervolume === null ? [] : [hypervolume]));
}
