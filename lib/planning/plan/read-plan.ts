import { requireExperiment } from "@/lib/experiments/run";
import { progressOf } from "./progress";
import { listPlan } from "./queries";
import type { PlanItemView } from "./schema";

/** The plan as it stands now: what an episode that still runs is about is being done. */
export async function readPlan(idOrName: string): Promise<PlanItemView[]> {
  const view = await requireExperiment(idOrName);
  const rows = await listPlan(view.id);
  const now = new Map(progressOf(rows, view).map((progress) => [progress.id, progress]));
  return rows.map(({ check: _, ...item }) => ({ ...item, ...now.get(item.id) }));
}
