import { AppError } from "@/lib/errors";
import { openRoute } from "@/lib/route";
import { sharedEpisode } from "@/lib/sharing/details";
import { requireShared } from "@/lib/sharing/share";

export const dynamic = "force-dynamic";

export const GET = openRoute<{ id: string; experiment: string; number: string }>(async (request, params) => {
  const found = await sharedEpisode(await requireShared(request, params), params.experiment, params.number);
  if (!found) throw new AppError("not_found", `There is no episode ${params.number.slice(0, 20)}.`, { remedy: "Choose a number from the list of episodes." });
  return Response.json(found);
});
