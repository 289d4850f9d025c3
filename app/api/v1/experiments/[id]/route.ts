import { requireExperiment } from "@/lib/experiments/run";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

export const GET = route<{ id: string }>({ permission: "lab:read", experiment: ({ id }) => id }, async (_request, { id }) => Response.json(await requireExperiment(id)));
