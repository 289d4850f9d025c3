import { getSolution } from "@/lib/experiments/queries";
import { openRoute } from "@/lib/route";
import { requireShared, requireShown } from "@/lib/sharing/share";

export const dynamic = "force-dynamic";

export const GET = openRoute<{ id: string; experiment: string; number: string }>(async (request, params) => {
  const share = await requireShared(request, params);
  await requireShown(share, params.experiment, [Number(params.number)]);
  return Response.json(await getSolution(params.experiment, Number(params.number)));
});
