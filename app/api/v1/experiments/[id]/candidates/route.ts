import { rankForPerson } from "@/lib/experiments/next-step";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

/** What the search would try next, best first, with what it expects. */
export const GET = route<{ id: string }>({ permission: "lab:read", experiment: ({ id }) => id }, async (_request, { id }) =>
  Response.json({ candidates: await rankForPerson(id) }),
);
