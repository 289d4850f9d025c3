import { readJobLog, RunnerRefusal } from "@/lib/runner/client";
import { eventLineOf } from "./event-words";
import { jobKey } from "./jobs";
import type { LogPage, LogQuery } from "./log-schema";
import { readEpisodes, readEvents, type ExperimentHead } from "./queries";

const eventsPerPage = 500;

/** A part of an experiment's log: of one episode's job as the runner wrote it, or of what the lab did. */
export async function readLog(head: Pick<ExperimentHead, "id" | "status" | "lastSeq">, { episode, phase, after }: LogQuery): Promise<LogPage> {
  if (episode !== undefined && phase !== undefined) return readEpisodeLog(head.id, episode, phase, after);
  const events = await readEvents(head.id, after, eventsPerPage);
  const next = events.at(-1)?.seq ?? after;
  return { lines: events.map(eventLineOf), next, more: next < head.lastSeq, ended: head.status === "done" || head.status === "failed", kept: true };
}

async function readEpisodeLog(experimentId: string, number: number, phase: NonNullable<LogQuery["phase"]>, after: number): Promise<LogPage> {
  try {
    const page = await readJobLog(jobKey(experimentId, number, phase), after);
    return { ...page, lines: page.lines.map((line) => ({ ...line, stage: line.stage ?? "" })) };
  } catch (error) {
    if (!(error instanceof RunnerRefusal) || error.info.code !== "job_not_found") throw error;
    // There is no job where nothing had to be made or measured, or not yet.
    const [episode] = await readEpisodes(experimentId, { numbers: [number] });
    return { lines: [], next: after, more: false, ended: !episode || episode.endedAt !== null, kept: true };
  }
}
