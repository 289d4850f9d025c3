import { requireHead } from "@/lib/experiments/run";
import { logFeed, pageFeed, resumeAfter, streamExperiment } from "@/lib/experiments/stream";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

/** The experiment's log, or what it changes for an open page, from `Last-Event-ID` (or `?after=`) on, then live; the running job's progress between. */
export const GET = route<{ id: string }>({ permission: "lab:read", experiment: ({ id }) => id }, async (request, { id }) => {
  const { id: experimentId } = await requireHead(id);
  const feed = new URL(request.url).searchParams.get("feed") === "changes" ? pageFeed : logFeed;
  return streamExperiment(feed, experimentId, resumeAfter(request), request.signal);
});
