import { getExperimentPage } from "@/lib/experiments/page-queries";
import { readEpisodes } from "@/lib/experiments/queries";
import { requireHead } from "@/lib/experiments/run";
import { progressOf } from "./progress";
import { listPlan } from "./queries";
import type { PlanItemView } from "./schema";

const mostEpisodes = 100_000;

/** The plan as it stands now: what an episode that still runs is about is being done. */
export async function readPlan(idOrName: string): Promise<PlanItemView[]> {
  const head = await requireHead(idOrName);
  const rows = await listPlan(head.id);
  const items = rows.map(({ check: _, ...item }) => item);
  // Every open page asks after every event, so what nothing is judged by is not read.
  if (rows.every(({ check }) => !check)) return items;
  const [page, episodes] = await Promise.all([getExperimentPage(head.id), readEpisodes(head.id, { limit: mostEpisodes })]);
  const view = { endedAt: head.endedAt, solutions: page?.solutions ?? [], episodes: episodes.reverse() };
  const now = new Map(progressOf(rows, view).map((progress) => [progress.id, progress]));
  return items.map((item) => ({ ...item, ...now.get(item.id) }));
}
