import { requireExperiment, writeResultFiles } from "@/lib/experiments/run";
import { route } from "@/lib/route";

export const POST = route<{ id: string }>(async (_request, { id }) => {
  const experiment = await requireExperiment(id);
  return Response.json(await writeResultFiles(experiment.id));
});
