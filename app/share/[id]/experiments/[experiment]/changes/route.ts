import { noSuchExperiment } from "@/lib/access/admit";
import { getExperimentChanges } from "@/lib/experiments/page-queries";
import { openRoute } from "@/lib/route";
import { forStrangers, requireShared } from "@/lib/sharing/share";

export const dynamic = "force-dynamic";

export const GET = openRoute<{ id: string; experiment: string }>(async (request, params) => {
  const share = await requireShared(request, params);
  const after = Number(new URL(request.url).searchParams.get("after") ?? 0);
  const changes = share.snapshot ? null : await getExperimentChanges(params.experiment, Number.isInteger(after) && after > 0 ? after : 0);
  if (!changes) throw noSuchExperiment(params.experiment);
  return Response.json(forStrangers(changes));
});
