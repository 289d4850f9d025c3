import { readRecipe } from "@/lib/coordinator/rank";
import { checkRecipe, hashOfRecipe, labelOf } from "@/lib/coordinator/recipes";
import { AppError } from "@/lib/errors";
import type { DecisionRecord, ExperimentView, FieldProblem, FirstPick, ModelSpec, Recipe } from "@/lib/experiments/schema";
import { listMethods, listTemplates, validate, type TemplateInfo } from "@/lib/runner/client";

/** A template that is measured on fewer items could not be compared with the rest of an experiment. */
export function canStartWith({ mode }: TemplateInfo): boolean {
  return mode !== "proxy";
}

/** The recipes of the templates chosen at launch, checked on this model; a problem is named at the field. */
export async function firstPicks(names: readonly string[], spec: ModelSpec): Promise<FirstPick[]> {
  if (names.length === 0) return [];
  const [templates, methods] = await Promise.all([listTemplates(), listMethods()]);
  const offered = templates.filter(canStartWith);
  const picks: FirstPick[] = [];
  for (const name of new Set(names)) {
    const template = offered.find((each) => each.name === name);
    if (!template) throw refused(`There is no template "${name}".`, `Choose from ${offered.map((each) => each.name).join(", ")}.`);
    const check = checkRecipe(readRecipe(template.recipe), methods, spec);
    if (!check.ok) throw refused(`${template.title} cannot be carried out on this model: ${check.problems.join(" ")}`, "Leave it out.");
    const { problems } = await validate({ model: spec.model, recipe: check.recipe, benchmarks: null });
    if (problems[0]) throw refused(`${template.title} cannot be carried out on this model: ${problems[0].message}`, problems[0].remedy || "Leave it out.");
    picks.push({ title: template.title, summary: template.summary, recipe: check.recipe });
  }
  return picks;
}

function refused(message: string, remedy: string): AppError {
  const problem: FieldProblem = { field: "templates", message, remedy };
  return new AppError("invalid_input", message, { remedy, problems: [problem] });
}

/** The next template that was not tried and holds no forbidden method; what a person has set since comes before it. */
export function templateDecision({ templates, episodes, controls }: ExperimentView): (DecisionRecord & { recipe: Recipe }) | null {
  if (controls.next) return null;
  const tried = new Set(episodes.flatMap(({ decision }) => (decision?.recipe ? [hashOfRecipe(decision.recipe)] : [])));
  const pick = templates.find(({ recipe }) => !tried.has(hashOfRecipe(recipe)) && !recipe.steps.some(({ method }) => controls.forbidden.includes(method)));
  if (!pick) return null;
  return {
    action: pick.recipe.steps.length > 1 ? "pipeline" : "template",
    label: labelOf(pick.recipe),
    recipe: pick.recipe,
    reasoning: `The template "${pick.title}" was chosen at launch. ${pick.summary}`,
    decidedBy: "person",
    fallbackNote: null,
    languageModel: null,
    tokens: null,
    expected: null,
    gain: null,
    evidence: [],
    alternatives: [],
  };
}
