import { exportFile } from "@/lib/experiments/exports/formats";
import { exportQuerySchema } from "@/lib/experiments/exports/schema";
import { requireExperiment, writeResultFiles } from "@/lib/experiments/run";
import { parseInput } from "@/lib/parse";
import { route } from "@/lib/route";

/** The experiment as one file to save: `?format=csv|parquet|json|html|optuna`. */
export const GET = route<{ id: string }>({ permission: "lab:read", experiment: ({ id }) => id }, async (request, { id }) => {
  const { format } = parseInput(exportQuerySchema, Object.fromEntries(new URL(request.url).searchParams));
  return exportFile(await requireExperiment(id), format);
});

/** Writes the result files into the experiment's folder anew. */
export const POST = route<{ id: string }>({ permission: "experiment:edit", experiment: ({ id }) => id }, async (_request, { id }) => {
  const experiment = await requireExperiment(id);
  return Response.json(await writeResultFiles(experiment.id));
});
