import { stop } from "@/lib/experiments/run";
import { route } from "@/lib/route";

export const POST = route<{ id: string }>({ permission: "experiment:edit", experiment: ({ id }) => id }, async (_request, { id }) => Response.json(await stop(id)));
