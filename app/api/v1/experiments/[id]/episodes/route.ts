import { readEpisodes } from "@/lib/experiments/queries";
import { requireHead } from "@/lib/experiments/run";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

/** A hundred episodes below `?before=`, the newest first. */
export const GET = route<{ id: string }>({ permission: "lab:read", experiment: ({ id }) => id }, async (request, { id }) => {
  const head = await requireHead(id);
  const before = Number(new URL(request.url).searchParams.get("before") ?? NaN);
  return Response.json(await readEpisodes(head.id, Number.isInteger(before) ? { before } : {}));
});
