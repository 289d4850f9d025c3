import { AppError } from "@/lib/errors";
import { getSolution } from "@/lib/experiments/queries";
import { requireHead } from "@/lib/experiments/run";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

/** One solution with everything that was measured, and how its artifact was made. */
export const GET = route<{ id: string; number: string }>({ permission: "lab:read", experiment: ({ id }) => id }, async (_request, { id, number }) => {
  const head = await requireHead(id);
  const found = /^\d{1,7}$/.test(number) ? await getSolution(head.id, Number(number)) : null;
  if (!found) throw new AppError("not_found", `${head.name} has no solution ${number.slice(0, 20)}.`, { remedy: "Choose a number from its table of solutions." });
  return Response.json(found);
});
