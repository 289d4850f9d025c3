import { z } from "zod";
import { parseBody, parseInput } from "@/lib/parse";
import { route } from "@/lib/route";
import { listShares } from "@/lib/sharing/queries";
import { shareSchema } from "@/lib/sharing/schema";
import { createShare } from "@/lib/sharing/share";

export const dynamic = "force-dynamic";

const query = z.object({ experiment: z.uuid("Name the experiment by its id.").optional() });

export const GET = route({ permission: "lab:read" }, async (request, _params, { team }) => {
  const { experiment } = parseInput(query, Object.fromEntries(new URL(request.url).searchParams));
  return Response.json({ shares: await listShares(team, experiment) });
});

export const POST = route({ permission: "share:edit" }, async (request, _params, caller) => {
  const made = await createShare(parseInput(shareSchema, await parseBody(request)), caller);
  return Response.json(made, { status: 201, headers: { location: `/api/v1/shares/${made.id}` } });
});
