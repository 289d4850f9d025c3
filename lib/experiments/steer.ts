import { hashOfRecipe } from "@/lib/coordinator/recipes";
import { AppError } from "@/lib/errors";
import { listMethods, toProblem, validate } from "@/lib/runner/client";
import { requireExperiment } from "./run";
import type { Controls, ExperimentView, Recipe, Steer } from "./schema";
import { storeSteer } from "./steer-queries";
import { wake } from "./wake";

/** A person's change while the experiment runs: checked, put on record, and followed at its next step. */
export async function steer(idOrName: string, change: Steer, by: string): Promise<{ id: string; controls: Controls }> {
  const view = await requireExperiment(idOrName);
  if (change.kind === "next" && change.recipe) await requireUsable(view, change.recipe);
  if (change.kind === "method") await requireMethod(change.method);
  const controls = await storeSteer(view.id, change, by);
  if (change.kind === "resume") await wake(view.id);
  return { id: view.id, controls };
}

async function requireUsable(view: ExperimentView, recipe: Recipe): Promise<void> {
  const { problems } = await validate({ model: view.model, recipe, benchmarks: null });
  if (problems.length > 0) {
    throw new AppError("invalid_input", problems.map(({ message }) => message).join(" "), { remedy: problems[0]?.remedy ?? "", problems: problems.map(toProblem) });
  }
  const twin = view.episodes.find(({ decision }) => decision?.recipe && hashOfRecipe(decision.recipe) === hashOfRecipe(recipe));
  if (twin) throw new AppError("conflict", `This recipe is episode ${twin.number} already.`, { remedy: "Choose one that was not tried." });
}

async function requireMethod(name: string): Promise<void> {
  const methods = await listMethods();
  if (!methods.some((method) => method.name === name)) {
    throw new AppError("invalid_input", `There is no method "${name}".`, { remedy: `Methods: ${methods.map((method) => method.name).join(", ")}.` });
  }
}
