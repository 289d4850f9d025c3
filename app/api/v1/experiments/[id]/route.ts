import { requireExperiment } from "@/lib/experiments/run";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

export const GET = route<{ id: string }>(async (_request, { id }) => Response.json(await requireExperiment(id)));
