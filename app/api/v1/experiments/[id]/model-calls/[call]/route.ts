import { getModelCall } from "@/lib/coordinator/models/queries";
import { AppError } from "@/lib/errors";
import { requireHead } from "@/lib/experiments/run";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

/** One call with its prompt and its answer. */
export const GET = route<{ id: string; call: string }>({ permission: "lab:read", experiment: ({ id }) => id }, async (_request, { id, call }) => {
  const found = await getModelCall((await requireHead(id)).id, call);
  if (!found) throw new AppError("not_found", "There is no such call of a language model in this experiment.", { remedy: "Look at the experiment's list of calls." });
  return Response.json(found);
});
