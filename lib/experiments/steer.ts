import { hashOfRecipe } from "@/lib/coordinator/recipes";
import { AppError } from "@/lib/errors";
import { toProblem, validate } from "@/lib/runner/client";
import { requireExperiment } from "./run";
import { noRules, rulesOf, withRule, type Controls, type ExperimentView, type Recipe, type Rules, type Steer } from "./schema";
import { storeSteer } from "./steer-queries";
import { wake } from "./wake";

/** A person's change while the experiment runs: checked, put on record, and followed at its next step. */
export async function steer(idOrName: string, change: Steer, by: string): Promise<{ id: string; controls: Controls }> {
  const view = await requireExperiment(idOrName);
  if (change.kind === "next" && change.recipe) await requireUsable(view, change.recipe);
  if (change.kind === "method" && change.rule !== "free") await requireLegal(view.model, withRule(noRules, change.method, change.rule));
  const controls = await storeSteer(view.id, change, by);
  if (change.kind === "resume") await wake(view.id);
  return { id: view.id, controls };
}

async function requireUsable(view: ExperimentView, recipe: Recipe): Promise<void> {
  const { problems } = await validate({ model: view.model, recipe, benchmarks: null, rules: rulesOf(view.controls) });
  if (problems.length > 0) {
    throw new AppError("invalid_input", problems.map(({ message }) => message).join(" "), { remedy: problems[0]?.remedy ?? "", problems: problems.map(toProblem) });
  }
  const twin = view.episodes.find(({ decision }) => decision?.recipe && hashOfRecipe(decision.recipe) === hashOfRecipe(recipe));
  if (twin) throw new AppError("conflict", `This recipe is episode ${twin.number} already.`, { remedy: "Choose one that was not tried." });
}

async function requireLegal(model: string, rules: Rules): Promise<void> {
  const { problems } = await validate({ model, recipe: null, benchmarks: null, rules });
  if (problems[0]) throw new AppError("invalid_input", problems[0].message, { remedy: problems[0].remedy });
}
