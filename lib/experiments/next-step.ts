import { contextOf, type DecisionContext } from "@/lib/coordinator/context";
import { decide, type Made, type WishAnswer } from "@/lib/coordinator/decide";
import { rankNext, type Ranked } from "@/lib/coordinator/rank";
import { AppError } from "@/lib/errors";
import { briefFor } from "@/lib/planning/brief";
import { recipeOfNext, wishesOf } from "@/lib/planning/wishes";
import { listMethods, listRuntimes, validate } from "@/lib/runner/client";
import { recallFor } from "@/lib/skills/queries";
import { templateDecision } from "@/lib/skills/templates";
import { requireExperiment } from "./run";
import { rulesOf, type ExperimentView, type TerminationReason } from "./schema";

/** What comes next in an experiment: decided, or shown to a person who may decide. */

/** More proposals than this that the runner refuses in a row mean that the two do not agree on what is legal. */
const mostRefusals = 25;

type Next = { record: Made; wishes: WishAnswer[] } | { end: TerminationReason; reason: string; wishes: WishAnswer[] };

/** What comes next: what a person has set or asked for in the plan, the templates of the launch, then the coordinator's choice. */
export async function decideNext(view: ExperimentView): Promise<Next> {
  const context = await contextFor(view);
  const asked = view.controls.next !== null || context.plan.wishes.some(({ obstacle }) => obstacle === null);
  const template = asked ? null : await templateDecision(view);
  return template ? { record: template, wishes: [] } : decideWithCoordinator(view, context);
}

/** Asks the coordinator until the runner agrees that the recipe can be carried out, so that no episode is spent on one that cannot. */
async function decideWithCoordinator(view: ExperimentView, context: DecisionContext): Promise<Next> {
  for (;;) {
    const decision = await decide(context, view.id);
    if (decision.end) return decision;
    const { record, wishes } = decision;
    const { problems } = await validate({ model: view.model, recipe: record.recipe, benchmarks: null, rules: rulesOf(view.controls) });
    if (problems.length === 0 || context.refused.length >= mostRefusals) return { record, wishes };
    context.refused.push(record.recipe);
  }
}

async function contextFor(view: ExperimentView): Promise<DecisionContext> {
  const [methods, runtimes, plan, { memory, failures }] = await Promise.all([listMethods(), listRuntimes(), briefFor(view.id), recallFor(view.id)]);
  return { ...contextOf(view, methods, runtimes, new Date()), plan: { ...plan, wishes: wishesOf(plan, methods, view.controls), proposed: recipeOfNext(plan, methods) }, memory, pastFailures: failures };
}

/** What the search would try next, best first: what a person may choose from. */
export async function rankForPerson(idOrName: string): Promise<Ranked[]> {
  const view = await requireExperiment(idOrName);
  if (!view.solutions.some((solution) => solution.isBaseline)) {
    throw new AppError("conflict", "The uncompressed model is not measured yet, so that nothing can be ranked.", { remedy: "Wait for its figures, then look again." });
  }
  return (await rankNext(await contextFor(view), [])).candidates;
}
