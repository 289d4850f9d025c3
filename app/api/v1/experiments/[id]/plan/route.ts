import { requireHead } from "@/lib/experiments/run";
import { parseBody, parseInput } from "@/lib/parse";
import { changePlan } from "@/lib/planning/plan/queries";
import { readPlan } from "@/lib/planning/plan/read-plan";
import { planChangeSchema } from "@/lib/planning/plan/schema";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

export const GET = route<{ id: string }>({ permission: "lab:read", experiment: ({ id }) => id }, async (_request, { id }) => Response.json({ items: await readPlan(id) }));

export const POST = route<{ id: string }>({ permission: "experiment:edit", experiment: ({ id }) => id }, async (request, params, caller) => {
  const change = parseInput(planChangeSchema, await parseBody(request));
  const { id } = await requireHead(params.id);
  await changePlan(id, caller.name, change);
  return Response.json({ items: await readPlan(id) });
});
