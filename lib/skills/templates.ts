import { readRecipe } from "@/lib/coordinator/rank";
import { checkRecipe, hashOfRecipe, labelOf } from "@/lib/coordinator/recipes";
import { AppError } from "@/lib/errors";
import { rulesOf, type DecisionRecord, type ExperimentView, type FieldProblem, type FirstPick, type ModelSpec, type Recipe, type Rules } from "@/lib/experiments/schema";
import { listMethods, listTemplates, validate, type TemplateInfo } from "@/lib/runner/client";

/** A template that is measured on fewer items could not be compared with the rest of an experiment. */
export function canStartWith({ mode }: TemplateInfo): boolean {
  return mode !== "proxy";
}

/** The recipes of the templates chosen at launch, checked on this model; a problem is named at the field. */
export async function firstPicks(names: readonly string[], spec: ModelSpec, rules: Rules): Promise<FirstPick[]> {
  if (names.length === 0) return [];
  const [templates, methods] = await Promise.all([listTemplates(), listMethods()]);
  const offered = templates.filter(canStartWith);
  const picks: FirstPick[] = [];
  for (const name of new Set(names)) {
    const template = offered.find((each) => each.name === name);
    if (!template) throw refused(`There is no template "${name}".`, `Choose from ${offered.map((each) => each.name).join(", ")}.`);
    const check = checkRecipe(readRecipe(template.recipe), methods, spec);
    if (!check.ok) throw refused(`${template.title} cannot be carried out on this model: ${check.problems.join(" ")}`, "Leave it out.");
    const { problems } = await validate({ model: spec.model, recipe: check.recipe, benchmarks: null, rules });
    if (problems[0]) throw refused(`${template.title} cannot be used here: ${problems[0].message}`, problems[0].remedy || "Leave it out.");
    picks.push({ title: template.title, summary: template.summary, recipe: check.recipe });
  }
  return picks;
}

function refused(message: string, remedy: string): AppError {
  const problem: FieldProblem = { field: "templates", message, remedy };
  return new AppError("invalid_input", message, { remedy, problems: [problem] });
}

/** The next template that was not tried and keeps the rules of now; what a person has set since comes before it. */
export async function templateDecision({ model, templates, episodes, controls }: ExperimentView): Promise<(DecisionRecord & { recipe: Recipe }) | null> {
  if (controls.next) return null;
  const tried = new Set(episodes.flatMap(({ decision }) => (decision?.recipe ? [hashOfRecipe(decision.recipe)] : [])));
  for (const pick of templates) {
    if (tried.has(hashOfRecipe(pick.recipe))) continue;
    const { problems } = await validate({ model, recipe: pick.recipe, benchmarks: null, rules: rulesOf(controls) });
    if (problems.length === 0) return decisionOf(pick);
  }
  return null;
}

function decisionOf(pick: FirstPick): DecisionRecord & { recipe: Recipe } {
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
