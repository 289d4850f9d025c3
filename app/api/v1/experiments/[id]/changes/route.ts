import { noSuchExperiment } from "@/lib/access/admit";
import { getExperimentChanges } from "@/lib/experiments/page-queries";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

/** What changed since the event `?after=`: what an open page reads whenever the log has grown. */
export const GET = route<{ id: string }>({ permission: "lab:read", experiment: ({ id }) => id }, async (request, { id }) => {
  const after = Number(new URL(request.url).searchParams.get("after") ?? 0);
  const changes = await getExperimentChanges(id, Number.isInteger(after) && after > 0 ? after : 0);
  if (!changes) throw noSuchExperiment(id);
  return Response.json(changes);
});
