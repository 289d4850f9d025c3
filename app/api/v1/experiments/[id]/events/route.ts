import { streamExperiment } from "@/lib/experiments/stream";
import { requireHead } from "@/lib/experiments/run";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

/** The experiment's log from `Last-Event-ID` (or `?after=`) on, then live; the running job's progress between. */
export const GET = route<{ id: string }>({ permission: "lab:read", experiment: ({ id }) => id }, async (request, { id }) => {
  const { id: experimentId } = await requireHead(id);
  const given = request.headers.get("last-event-id") ?? new URL(request.url).searchParams.get("after") ?? "0";
  const after = Number.parseInt(given, 10);
  return new Response(streamExperiment(experimentId, Number.isFinite(after) && after > 0 ? after : 0, request.signal), {
    headers: { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" },
  });
});
