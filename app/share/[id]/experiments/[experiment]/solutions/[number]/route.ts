import { AppError } from "@/lib/errors";
import { openRoute } from "@/lib/route";
import { sharedSolution } from "@/lib/sharing/details";
import { requireShared } from "@/lib/sharing/share";

export const dynamic = "force-dynamic";

export const GET = openRoute<{ id: string; experiment: string; number: string }>(async (request, params) => {
  const found = await sharedSolution(await requireShared(request, params), params.experiment, params.number);
  if (!found) throw new AppError("not_found", `There is no solution ${params.number.slice(0, 20)}.`, { remedy: "Choose a number from the table of solutions." });
  return Response.json(found);
});
