import { z } from "zod";
import type { Recipe } from "@/lib/experiments/schema";
import type { DecisionContext, MethodOption, RuntimeOption } from "./context";
import { readParams, type Param } from "./params-schema";
import { checkRecipe, hashOfRecipe } from "./recipes";

/**
 * What a language model answers, as a schema made of the methods' own: only methods that are available here are in
 * it, so that most of what is illegal cannot even be said. The rest is found by `toRecipe`.
 */

const actions = ["quantization", "pruning", "lora", "qlora", "asvd", "distillation", "runtime", "pipeline", "search", "end"] as const;

export interface Decision {
  action: string;
  runtime: string;
  steps: { method: string; params: Record<string, unknown> }[];
  reasoning: string;
}

/**
 * Written for strict structured output: every property required, nothing optional, null for a default. Ranges stand
 * in descriptions since not every server knows `minimum`; they are checked afterwards.
 */
export function decisionSchema(methods: readonly MethodOption[], runtimes: readonly RuntimeOption[]): z.ZodType<Decision> {
  const places = runtimes.map((runtime) => runtime.name);
  const available = methods.filter((method) => method.availability.available);
  const offered = actions.filter(
    (action) => ["pipeline", "end"].includes(action) || (action === "runtime" && places.length > 1) || available.some((method) => method.action === action),
  );
  const step = available.map((method) =>
    z.strictObject({ method: z.literal(method.name), params: paramsSchema(method) }).describe(method.summary),
  );
  return z.strictObject({
    action: z.enum(offered).describe('The kind of the step; "runtime" for none, only another runtime; "pipeline" for several; "end" when nothing more is worth its cost.'),
    steps: step.length > 0 ? z.array(z.union(step)).describe("In order. Empty when the action is end.") : z.array(z.never()),
    runtime: z.enum(places).describe("Where it is run and measured; each step's method lists the runtimes that load what it writes."),
    reasoning: z.string().describe("Two or three plain sentences: why this, given what was measured."),
  }) as unknown as z.ZodType<Decision>;
}

function paramsSchema(method: MethodOption): z.ZodType {
  return z.strictObject(
    Object.fromEntries(readParams(method.params_schema).map((param) => [param.name, z.union([valueSchema(param), z.null()]).describe(describe(param))])),
  );
}

function valueSchema(param: Param): z.ZodType {
  // A schema's own integer type would bring limits of 2^53 along, which some servers refuse.
  return param.kind === "choice" ? z.literal(param.values) : z.number();
}

function describe({ kind, values, fallback }: Param): string {
  const range = kind === "choice" ? values.join(", ") : `${String(values[0])} to ${String(values.at(-1))}`;
  return `${kind === "integer" ? "whole number, " : ""}${range}; null means the default${fallback === undefined ? "" : `, ${String(fallback)}`}`;
}

/**
 * Read more loosely than asked for: what a value may be is said better by `toRecipe`, in words for the model. The flat
 * form {"action", "method", "bits", …, "reasoning"} is what small models and older clients answer.
 */
const replySchema = z.object({
  action: z.string(),
  steps: z.array(z.object({ method: z.string(), params: z.record(z.string(), z.unknown()).nullish() })).max(8),
  runtime: z.string().default("transformers"),
  reasoning: z.string().default(""),
});
const flatSchema = z.looseObject({ action: z.string(), method: z.string().nullish(), runtime: z.string().default("transformers"), reasoning: z.string().default("") });

/** Reads a reply in either form; nulls fall away, so that defaults apply. */
export function parseReply(reply: unknown): { ok: true; decision: Decision } | { ok: false; problems: string[] } {
  const parsed = replySchema.safeParse(reply);
  if (parsed.success) return { ok: true, decision: withoutNulls(parsed.data) };
  const flat = flatSchema.safeParse(reply);
  if (flat.success && (flat.data.method || flat.data.action === "end") && !("steps" in flat.data)) {
    const { action, method, reasoning, params, runtime, ...rest } = flat.data;
    const given = typeof params === "object" && params !== null ? (params as Record<string, unknown>) : rest;
    return { ok: true, decision: withoutNulls({ action, runtime, steps: method ? [{ method, params: given }] : [], reasoning }) };
  }
  return { ok: false, problems: [z.prettifyError(parsed.error)] };
}

function withoutNulls(decision: z.infer<typeof replySchema>): Decision {
  const steps = decision.steps.map(({ method, params }) => ({
    method,
    params: Object.fromEntries(Object.entries(params ?? {}).filter(([, value]) => value !== null)),
  }));
  return { ...decision, steps };
}

export type RecipeReply = { ok: true; recipe: Recipe | null } | { ok: false; problems: string[] };

/** The legal, untried recipe that a decision means; null for "end". */
export function toRecipe(decision: Decision, context: DecisionContext): RecipeReply {
  if (decision.action === "end") return { ok: true, recipe: null };
  const { steps, runtime } = decision;
  if (!context.runtimes.some(({ name }) => name === runtime)) {
    return { ok: false, problems: [`There is no runtime "${runtime}" here.`] };
  }
  const check = checkRecipe({ version: 1, steps, runtime }, context.methods, context.spec);
  if (!check.ok) return check;
  const hash = hashOfRecipe(check.recipe);
  const twin = [...context.solutions, ...context.failures].find(({ recipe }) => recipe && hashOfRecipe(recipe) === hash);
  if (twin) return { ok: false, problems: [`This recipe was already tried in episode ${twin.episode}. Choose one that was not.`] };
  if (context.refused.some((recipe) => hashOfRecipe(recipe) === hash)) {
    return { ok: false, problems: ["The runner cannot carry this recipe out on this model. Choose another."] };
  }
  return { ok: true, recipe: check.recipe };
}
