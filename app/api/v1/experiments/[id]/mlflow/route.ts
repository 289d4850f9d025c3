import { requireHead } from "@/lib/experiments/run";
import { logExperiment, trackingStatus } from "@/lib/planning/mlflow/sync";
import { route } from "@/lib/route";

/** Whether an MLflow server is set, and whether it has all of the experiment. */
export const GET = route<{ id: string }>({ permission: "lab:read", experiment: ({ id }) => id }, async (_request, { id }) => Response.json(await trackingStatus((await requireHead(id)).id)));

/** Logs what has ended so far; what is there already stays one. */
export const POST = route<{ id: string }>({ permission: "experiment:edit", experiment: ({ id }) => id }, async (_request, { id }) => Response.json(await logExperiment(id)));
