import { AppError } from "@/lib/errors";
import { getSolution } from "@/lib/experiments/queries";
import { openRoute } from "@/lib/route";
import { requireShared, sharedExperiment } from "@/lib/sharing/share";

export const dynamic = "force-dynamic";

/** What was measured does not change, so a frozen link reads it too, for the solutions that it shows. */
export const GET = openRoute<{ id: string; experiment: string; number: string }>(async (request, params) => {
  const share = await requireShared(request, params);
  const number = Number(params.number);
  const shown = (await sharedExperiment(share, params.experiment))?.solutions.some((each) => each.number === number);
  const found = shown ? await getSolution(params.experiment, number) : null;
  if (!found) throw new AppError("not_found", `There is no solution ${params.number.slice(0, 20)}.`, { remedy: "Choose a number from the table of solutions." });
  return Response.json(found);
});
