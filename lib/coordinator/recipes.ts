import { createHash } from "node:crypto";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import canonicalize from "canonicalize";
import type { ModelSpec, Recipe } from "@/lib/experiments/schema";
import type { MethodOption } from "./context";
import { ffnName, groupName, headsName, layersName, shareName } from "./param-names";

export { labelOf, titleOfMethod } from "./label";

/** Validators are kept per schema object: a search checks the same few schemas hundreds of times. */
const validators = new WeakMap<object, ValidateFunction>();

function validatorOf(schema: Record<string, unknown>): ValidateFunction {
  const known = validators.get(schema);
  if (known) return known;
  // Pydantic adds keywords of OpenAPI (discriminator …) that strict mode would refuse; defaults make recipes complete.
  const ajv = new Ajv2020({ allErrors: true, strict: false, useDefaults: true });
  const made = ajv.compile(schema);
  validators.set(schema, made);
  return made;
}

export type RecipeCheck = { ok: true; recipe: Recipe } | { ok: false; problems: string[] };

/** Which actions may follow which: what changes shapes comes first, what packs the weights comes last. */
const orderOfActions = ["pruning", "asvd", "distillation", "lora", "qlora", "quantization"];

/**
 * Checks a recipe against the methods' own schemas and the model's layer widths. The recipe that comes back has
 * every default written out, so that the same recipe said in two ways has one hash.
 */
export function checkRecipe(recipe: Recipe, methods: readonly MethodOption[], spec: ModelSpec): RecipeCheck {
  const problems: string[] = [];
  if (!makesArtifact(recipe)) problems.push("A recipe needs at least one step, or a runtime other than transformers.");
  const steps = recipe.steps.map(({ method: name, params, when }, index) => {
    const at = `steps[${index}]`;
    const complete = structuredClone(params);
    const method = methods.find((candidate) => candidate.name === name);
    if (!method) {
      problems.push(`${at}: there is no method "${name}". Methods: ${methods.map((each) => each.name).join(", ")}.`);
    } else if (!method.availability.available) {
      problems.push(`${at}: ${name} is not available here: ${method.availability.reason}`);
    } else {
      const validate = validatorOf(method.params_schema);
      if (!validate(complete)) {
        for (const { instancePath, message, params: detail } of validate.errors ?? []) {
          const extra = detail.allowedValues ?? detail.additionalProperty ?? "";
          problems.push(`${at}.params${instancePath.replaceAll("/", ".")}: ${message ?? "is not valid"}${extra ? ` (${String(extra)})` : ""}`);
        }
      }
      if (method.action === "pruning" && removesNothing(complete)) problems.push(`${at}.params: these shares are all zero, so nothing would be removed.`);
      const afterCut = recipe.steps.slice(0, index).some((step) => cutsLayers(step.method));
      problems.push(...widthProblems(complete, spec, afterCut).map((problem) => `${at}.params.${problem}`));
      if (!method.runtimes.includes(recipe.runtime)) {
        problems.push(`runtime: ${name} does not run in ${recipe.runtime}; it runs in ${method.runtimes.join(", ")}.`);
      }
    }
    return { method: name, params: inSchemaOrder(complete, method), ...(when ? { when } : {}) };
  });
  problems.push(...orderProblems(steps.map((step) => step.method), methods));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, recipe: { ...recipe, steps } };
}

/** Whether there is anything to make: the uncompressed model in its own runtime is measured as it lies there. */
export function makesArtifact({ steps, runtime }: Recipe): boolean {
  return steps.length > 0 || runtime !== "transformers";
}

function removesNothing(params: Record<string, unknown>): boolean {
  const shares = Object.entries(params).filter(([name]) => [headsName, ffnName, layersName, shareName].some((known) => known.test(name)));
  return shares.length > 0 && shares.every(([, value]) => value === 0);
}

/** Given in the order of the schema, so that labels and files do not depend on who wrote the recipe. */
function inSchemaOrder(params: Record<string, unknown>, method: MethodOption | undefined): Record<string, unknown> {
  const order = Object.keys((method?.params_schema.properties ?? {}) as object);
  return Object.fromEntries(Object.entries(params).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)));
}

/** Methods that leave layers of other widths. */
export function cutsLayers(method: string): boolean {
  return /structured|depth|width|svd/.test(method);
}

/** What structured pruning keeps its widths a multiple of; more is not known of them before it has run. */
const widthUnitAfterCut = 32;

/** A group must divide the width of every layer it is used on; found out here, it costs no episode. */
function widthProblems(params: Record<string, unknown>, spec: ModelSpec, afterCut: boolean): string[] {
  return Object.entries(params).flatMap(([name, value]) => {
    if (!groupName.test(name) || typeof value !== "number" || value <= 0) return [];
    if (afterCut && widthUnitAfterCut % value !== 0) {
      return [`${name}: after a cut the layers' widths are multiples of ${widthUnitAfterCut}, which ${value} does not divide.`];
    }
    const bad = spec.linear_in_features.filter((width) => width % value !== 0);
    return bad.length > 0 ? [`${name}: ${value} does not divide the layer widths ${bad.join(", ")}.`] : [];
  });
}

function orderProblems(names: readonly string[], methods: readonly MethodOption[]): string[] {
  const actions = names.map((name) => methods.find((method) => method.name === name)?.action ?? "");
  const ranks = actions.map((action) => orderOfActions.indexOf(action));
  const problems: string[] = [];
  if (new Set(actions).size < actions.length) problems.push("A pipeline takes each kind of action at most once.");
  if (ranks.some((rank, i) => i > 0 && rank < (ranks[i - 1] as number))) {
    problems.push(`A pipeline's steps come in this order: ${orderOfActions.join(", ")}.`);
  }
  return problems;
}

/** Hash of what a recipe does: independent of the order of keys, so that one recipe is tried once. */
export function hashOfRecipe(recipe: Recipe): string {
  const { version, steps, runtime } = recipe;
  return createHash("sha256").update(canonicalize({ version, steps, runtime }) as string).digest("hex");
}

export function actionOf(recipe: Recipe, methods: readonly MethodOption[]): string {
  if (recipe.steps.length === 0) return "runtime";
  if (recipe.steps.length > 1) return "pipeline";
  return methods.find((method) => method.name === recipe.steps[0]?.method)?.action ?? "pipeline";
}
