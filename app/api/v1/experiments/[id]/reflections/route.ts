import { requireHead } from "@/lib/experiments/run";
import { listReflections } from "@/lib/planning/reflection/queries";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

export const GET = route<{ id: string }>({ permission: "lab:read", experiment: ({ id }) => id }, async (_request, params) => {
  const { id } = await requireHead(params.id);
  return Response.json({ reflections: await listReflections(id) });
});
