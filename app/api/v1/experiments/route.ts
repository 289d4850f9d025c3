import { env } from "@/lib/env";
import { launch } from "@/lib/experiments/launch";
import { experimentListSchema } from "@/lib/experiments/list-schema";
import { listExperiments } from "@/lib/experiments/summary-queries";
import { parseBody, parseInput } from "@/lib/parse";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

export const GET = route({ permission: "lab:read" }, async (request, _params, caller) => {
  const query = parseInput(experimentListSchema, Object.fromEntries(new URL(request.url).searchParams));
  return Response.json(await listExperiments({ ...query, team: caller.team }));
});

export const POST = route({ permission: "experiment:edit" }, async (request, _params, caller) => {
  const created = await launch(await parseBody(request), caller.team);
  const url = `${env().PARETO_WEB_URL}/experiments/${created.id}`;
  return Response.json({ ...created, url }, { status: 201, headers: { location: `/api/v1/experiments/${created.id}` } });
});
