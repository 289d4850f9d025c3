import { listModelCalls, modelSpendOf } from "@/lib/coordinator/models/queries";
import type { ModelUse } from "@/lib/coordinator/models/schema";
import { modelStatus } from "@/lib/coordinator/models/settings";
import { requireHead } from "@/lib/experiments/run";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

/** What language models were asked for an experiment and what it has cost, without what was said. */
export const GET = route<{ id: string }>({ permission: "lab:read", experiment: ({ id }) => id }, async (_request, { id }) => {
  const head = await requireHead(id);
  const [spend, calls] = await Promise.all([modelSpendOf(head.id), listModelCalls(head.id)]);
  const use: ModelUse = { spend, calls, roles: modelStatus() };
  return Response.json(use);
});
