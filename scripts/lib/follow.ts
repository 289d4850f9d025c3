import { setTimeout as delay } from "node:timers/promises";
import type { EpisodeView, ExperimentView, LiveProgress, LogEvent, SolutionView } from "@/lib/experiments/schema";
import type { Api } from "./api";
import { UserError } from "./errors";

export interface Follower {
  onEvent(event: LogEvent): void;
  /** The experiment was accepted but nothing carries it out. */
  onSilence(): void;
  onProgress(progress: LiveProgress | null): void;
  /** An episode has ended; its solution is null when it came to nothing. */
  onEpisode(episode: EpisodeView, solution: SolutionView | null, view: ExperimentView): void;
}

/** How long the app may be away (a restart after a crash) before following gives up. */
const patienceMs = 120_000;
/** The first event after the start comes within seconds; silence from the beginning means that the engine does not reach the app. */
const silenceMs = 45_000;

/** Follows an experiment to its end and returns how it ended. A cut connection is taken up again where it stopped. */
export async function followExperiment(api: Api, id: string, follower: Follower, signal: AbortSignal): Promise<ExperimentView> {
  let last = 0;
  let awaySince: number | null = null;
  const silence = setTimeout(() => follower.onSilence(), silenceMs);
  while (!signal.aborted) {
    const connection = new AbortController();
    const abort = (): void => connection.abort();
    signal.addEventListener("abort", abort, { once: true });
    try {
      for await (const event of api.events(id, last, connection.signal)) {
        awaySince = null;
        if ("progress" in event) {
          follower.onProgress(event.progress);
          continue;
        }
        if (event.log.type !== "experiment.created") clearTimeout(silence);
        await handle(api, id, follower, event.log);
        last = event.log.seq;
        if (event.log.type === "experiment.finished" || event.log.type === "experiment.failed") return await api.show(id);
      }
    } catch (error) {
      if (signal.aborted) break;
      if (error instanceof UserError && error.exitCode === 2) throw error;
      awaySince ??= Date.now();
      if (Date.now() - awaySince > patienceMs) {
        throw new UserError("The app has been away for two minutes.", "`npm start` starts it again; the experiment goes on from its last finished step.", 3, { cause: error });
      }
    } finally {
      connection.abort();
      if (signal.aborted) clearTimeout(silence);
      signal.removeEventListener("abort", abort);
    }
    await delay(1_000);
  }
  throw new UserError("Stopped watching.", "");
}

async function handle(api: Api, id: string, follower: Follower, event: LogEvent): Promise<void> {
  follower.onEvent(event);
  if (event.type !== "episode.recorded" && event.type !== "episode.failed") return;
  const view = await api.show(id);
  const episode = view.episodes.find(({ number }) => number === event.data.number);
  if (episode) follower.onEpisode(episode, view.solutions.find(({ number }) => number === episode.number) ?? null, view);
}
