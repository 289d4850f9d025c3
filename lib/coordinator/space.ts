import { titleOfRuntime } from "@/lib/domain/runtimes";
import type { ModelSpec, Recipe } from "@/lib/experiments/schema";
import type { MethodOption, RuntimeOption } from "./context";
import { groupName } from "./param-names";
import { readParams, type Param, type ParamValue } from "./params-schema";
import { checkRecipe, cutsLayers, hashOfRecipe } from "./recipes";

/** The legal recipes around what is known: the search policy's candidates. */

export interface Candidate {
  recipe: Recipe;
  hash: string;
  /** The recipe it was derived from, and how; null for a method's defaults. */
  from: Recipe | null;
  change: string;
  /** True when only a parameter of effort or numerics differs from `from`. */
  minor: boolean;
}

export class Space {
  readonly #paramsOf = new Map<string, Param[]>();
  readonly #available: MethodOption[];
  readonly runtimes: readonly string[];

  constructor(
    private readonly methods: readonly MethodOption[],
    runtimes: readonly RuntimeOption[],
    private readonly spec: ModelSpec,
  ) {
    this.runtimes = runtimes.map((runtime) => runtime.name);
    this.#available = methods.filter((method) => method.availability.available);
    for (const method of this.#available) this.#paramsOf.set(method.name, readParams(method.params_schema));
  }

  get available(): readonly MethodOption[] {
    return this.#available;
  }

  params(method: string): readonly Param[] {
    return this.#paramsOf.get(method) ?? [];
  }

  /** The completed recipe, or null when it is not legal for this model here. Without a runtime named, the simplest that all steps share. */
  legal(steps: Recipe["steps"], runtime = this.#runtimeOf(steps)): Recipe | null {
    if (!this.runtimes.includes(runtime)) return null;
    const check = checkRecipe({ version: 1, steps, runtime }, this.methods, this.spec);
    return check.ok ? check.recipe : null;
  }

  /** `transformers` where every step runs in it, else the first runtime that all steps share. */
  #runtimeOf(steps: Recipe["steps"]): string {
    const lists = steps.map((step) => this.methods.find((method) => method.name === step.method)?.runtimes ?? []);
    const shared = (lists[0] ?? []).filter((runtime) => lists.every((list) => list.includes(runtime)));
    return shared.includes("transformers") ? "transformers" : (shared[0] ?? "transformers");
  }

  /** Each method with its defaults; where the default group does not fit this model's layers, with one that does. */
  defaults(): Candidate[] {
    const methods = this.#available.flatMap((method) => {
      const recipe = this.legal([{ method: method.name, params: {} }]) ?? this.#withFittingGroup(method.name, {});
      return recipe ? [candidateOf(recipe, null, `${method.title} with its defaults`, false)] : [];
    });
    const runtimes = this.runtimes.flatMap((runtime) => {
      const recipe = this.legal([], runtime);
      return recipe ? [candidateOf(recipe, null, `the uncompressed weights in ${titleOfRuntime(runtime)}`, false)] : [];
    });
    return [...methods, ...runtimes];
  }

  /** The same step with the largest legal group of at most the one asked for. */
  #withFittingGroup(method: string, params: Record<string, ParamValue>): Recipe | null {
    const group = this.params(method).find((param) => groupName.test(param.name));
    if (!group) return null;
    const most = (params[group.name] ?? group.fallback ?? Number.POSITIVE_INFINITY) as number;
    const fitting = (group.values as number[]).filter((value) => value > 0 && value <= most).reverse();
    for (const value of [...fitting, ...group.values]) {
      const recipe = this.legal([{ method, params: { ...params, [group.name]: value } }]);
      if (recipe) return recipe;
    }
    return null;
  }

  /** A step with the wished values where the method has such parameters and they are legal; null when it is not. */
  step(method: string, wishes: readonly Wish[]): Recipe["steps"][number] | null {
    const params: Record<string, ParamValue> = {};
    for (const param of this.params(method)) {
      const wish = wishes.find(({ name }) => name.test(param.name));
      if (wish) params[param.name] = nearest(param.values, wish.value);
    }
    const recipe = this.legal([{ method, params }]) ?? this.#withFittingGroup(method, params);
    return recipe?.steps[0] ?? null;
  }

  /**
   * Adds a step after others. A step that cuts layers leaves widths that are not known before it has run, so what
   * follows takes its smallest group, which is the likeliest to divide them.
   */
  chain(steps: Recipe["steps"], next: Recipe["steps"][number]): Recipe["steps"] {
    const cuts = steps.some((step) => cutsLayers(step.method));
    const group = this.params(next.method).find((param) => groupName.test(param.name));
    const smallest = (group?.values as number[] | undefined)?.find((value) => value > 0);
    if (!cuts || !group || smallest === undefined) return [...steps, next];
    return [...steps, { ...next, params: { ...next.params, [group.name]: smallest } }];
  }

  /** Every recipe that differs from this one in its runtime, in one parameter by one grid value, or in one step more. */
  neighbours(recipe: Recipe): Candidate[] {
    const found: Candidate[] = [];
    const add = (steps: Recipe["steps"], change: string, minor = false, runtime = recipe.runtime) => {
      const legal = this.legal(steps, runtime);
      if (legal) found.push(candidateOf(legal, recipe, change, minor));
    };
    for (const runtime of this.runtimes) {
      if (runtime !== recipe.runtime) add(recipe.steps, `${titleOfRuntime(recipe.runtime)} → ${titleOfRuntime(runtime)}`, false, runtime);
    }
    recipe.steps.forEach((step, index) => {
      for (const param of this.params(step.method)) {
        for (const value of adjacent(param, step.params[param.name] as ParamValue | undefined)) {
          const changed = { ...step, params: { ...step.params, [param.name]: value } };
          add(recipe.steps.with(index, changed), `${param.name} ${shown(step.params[param.name])} → ${shown(value)}`, param.secondary);
        }
      }
    });
    if (recipe.steps.length < maxSteps) {
      for (const method of this.#available) {
        const extra = this.step(method.name, []);
        if (!extra) continue;
        add(this.chain(recipe.steps, extra), `${method.title} added after it`);
        for (const step of recipe.steps.slice(0, 1)) add([...this.chain([extra], step), ...recipe.steps.slice(1)], `${method.title} added before it`);
      }
    }
    return found;
  }
}

/** Longer pipelines are legal, but each step more makes it harder to say what a figure is due to. */
const maxSteps = 2;

export interface Wish {
  name: RegExp;
  value: number;
}

function candidateOf(recipe: Recipe, from: Recipe | null, change: string, minor: boolean): Candidate {
  return { recipe, hash: hashOfRecipe(recipe), from, change, minor };
}

/** All other choices of a choice; for numbers the next grid values on both sides. */
function adjacent(param: Param, current: ParamValue | undefined): ParamValue[] {
  const ordered = param.values.every((value) => typeof value === "number");
  if (!ordered) return param.values.filter((value) => value !== current);
  const values = param.values as number[];
  if (typeof current !== "number") return values;
  const below = values.filter((value) => value < current).at(-1);
  const above = values.find((value) => value > current);
  return [below, above].filter((value) => value !== undefined);
}

function nearest(values: readonly ParamValue[], wish: number): ParamValue {
  const numbers = values.filter((value): value is number => typeof value === "number");
  if (numbers.length === 0) return values[0] as ParamValue;
  return numbers.reduce((best, value) => (Math.abs(value - wish) < Math.abs(best - wish) ? value : best));
}

function shown(value: unknown): string {
  return value === undefined || value === null ? "unset" : String(value);
}
