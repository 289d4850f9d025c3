import { z } from "zod";
import { env } from "@/lib/env";
import { launch } from "@/lib/experiments/launch";
import { listExperiments } from "@/lib/experiments/queries";
import { parseBody, parseInput } from "@/lib/parse";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

const listQuery = z.object({ cursor: z.uuid().nullish(), limit: z.coerce.number().int().min(1).max(200).default(50) });

export const GET = route(async (request) => {
  const query = parseInput(listQuery, Object.fromEntries(new URL(request.url).searchParams));
  return Response.json(await listExperiments(query));
});

export const POST = route(async (request) => {
  const created = await launch(await parseBody(request));
  return Response.json({ ...created, url: `${env().PARETO_WEB_URL}/experiments/${created.id}` }, { status: 201 });
});
