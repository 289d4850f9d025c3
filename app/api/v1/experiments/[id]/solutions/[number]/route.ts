import { requireSolution } from "@/lib/experiments/details";
import { requireHead } from "@/lib/experiments/run";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

/** One solution with everything that was measured, and how its artifact was made. */
export const GET = route<{ id: string; number: string }>({ permission: "lab:read", experiment: ({ id }) => id }, async (_request, { id, number }) =>
  Response.json(await requireSolution(await requireHead(id), number)),
);
