import { readNumber } from "@/lib/experiments/details";
import { getEpisodeDetails, getSolutionDetails } from "@/lib/experiments/page-queries";
import { relatedTo, type EpisodeDetails, type SolutionDetails } from "@/lib/experiments/page-schema";
import type { StoredShare } from "./queries";
import { sharedExperiment, withoutDetails } from "./share";

/** One solution of a shared experiment, among those that the link shows; null for any other. */
export async function sharedSolution(share: StoredShare, experimentId: string, text: string): Promise<SolutionDetails | null> {
  const number = readNumber(text);
  const view = await sharedExperiment(share, experimentId);
  const point = view?.solutions.find((each) => each.number === number);
  // What was measured does not change, so a frozen link reads it too; its place on the front is the one it had.
  const found = point ? await getSolutionDetails(experimentId, point.number) : null;
  if (!view || !point || !found) return null;
  return { ...found, solution: { ...found.solution, onFront: point.onFront }, related: relatedTo(point, view.solutions) };
}

/** One episode of a shared experiment; of a frozen link those that its snapshot holds. */
export async function sharedEpisode(share: StoredShare, experimentId: string, text: string): Promise<EpisodeDetails | null> {
  const number = readNumber(text);
  if (number === null || !share.experimentIds.includes(experimentId)) return null;
  if (!share.snapshot) {
    const found = await getEpisodeDetails(experimentId, number);
    return found && { ...found, episode: { ...found.episode, error: withoutDetails(found.episode.error) } };
  }
  const view = await sharedExperiment(share, experimentId);
  const episode = view?.episodes.find((each) => each.number === number);
  if (!view || !episode) return null;
  const before = view.trace.findLast((each) => each.number < number && each.hypervolume !== null);
  return {
    episode,
    solutions: view.solutions.filter((each) => each.isBaseline || each.number === number),
    hypervolumeBefore: before?.hypervolume ?? null,
    last: view.trace.at(-1)?.number ?? number,
  };
}
