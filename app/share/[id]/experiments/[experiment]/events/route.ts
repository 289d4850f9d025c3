import { noSuchExperiment } from "@/lib/access/admit";
import { changesFeed, resumeAfter, streamExperiment } from "@/lib/experiments/stream";
import { openRoute } from "@/lib/route";
import { forStrangers, openShare, requireShared } from "@/lib/sharing/share";

export const dynamic = "force-dynamic";

const feed = changesFeed("share", forStrangers);

/** What changes for an open page, for as long as the link is open. */
export const GET = openRoute<{ id: string; experiment: string }>(async (request, { id, experiment }) => {
  const share = await requireShared(request, { id, experiment });
  if (share.snapshot) throw noSuchExperiment(experiment);
  const mayRead = async (): Promise<boolean> => (await openShare(id, request.headers)) !== null;
  return streamExperiment(feed, experiment, resumeAfter(request), request.signal, mayRead);
});
