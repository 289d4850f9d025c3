import { noSuchExperiment } from "@/lib/access/admit";
import { streamExperiment } from "@/lib/experiments/stream";
import { openRoute } from "@/lib/route";
import { openShare, requireShared } from "@/lib/sharing/share";

export const dynamic = "force-dynamic";

/** As the experiment's own events, for as long as the link is open. */
export const GET = openRoute<{ id: string; experiment: string }>(async (request, { id, experiment }) => {
  const share = await requireShared(request, { id, experiment });
  if (share.snapshot) throw noSuchExperiment(experiment);
  const after = Number.parseInt(request.headers.get("last-event-id") ?? new URL(request.url).searchParams.get("after") ?? "0", 10);
  const mayRead = async (): Promise<boolean> => (await openShare(id, request.headers)) !== null;
  return new Response(streamExperiment(experiment, after > 0 ? after : 0, request.signal, mayRead), {
    headers: { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" },
  });
});
