import type { PlanBrief } from "@/lib/coordinator/context";
import { listPlan } from "./plan/queries";
import { listReflections } from "./reflection/queries";

const mostItems = 20;
const mostSentences = 12;

/** What the next decision is told of the plan and of the last look back. */
export async function briefFor(experimentId: string): Promise<Omit<PlanBrief, "wishes" | "proposed">> {
  const [items, reflections] = await Promise.all([listPlan(experimentId), listReflections(experimentId)]);
  const open = items.filter(({ status }) => status === "todo" || status === "doing");
  const last = reflections.at(-1);
  return {
    // A person's items come first: when the list is cut, theirs stay.
    items: [...open.filter(({ author }) => author === "person"), ...open.filter(({ author }) => author === "planner")].slice(0, mostItems).map(({ id, text, author }) => ({ id, text, author })),
    learnt: (last?.learnt ?? []).slice(0, mostSentences),
    next: last?.next ?? null,
  };
}
