import { requireEpisode } from "@/lib/experiments/details";
import { requireHead } from "@/lib/experiments/run";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

/** One episode with its decision, and what it is compared with. */
export const GET = route<{ id: string; number: string }>({ permission: "lab:read", experiment: ({ id }) => id }, async (_request, { id, number }) =>
  Response.json(await requireEpisode(await requireHead(id), number)),
);
