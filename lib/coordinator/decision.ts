import { z } from "zod";
import { mayUse, type Recipe } from "@/lib/experiments/schema";
import type { DecisionContext, MethodOption, RuntimeOption } from "./context";
import { readParams, type Param } from "./params-schema";
import { checkRecipe, hashOfRecipe } from "./recipes";

/**
 * What a language model answers, as a schema made of the methods' own: only methods that are available here are in
 * it, so that most of what is illegal cannot even be said. The rest is found by `toRecipe`.
 */

export const mostProposals = 3;

export interface Proposal {
  steps: { method: string; params: Record<string, unknown> }[];
  runtime: string;
}

export interface ModelAnswer {
  proposals: Proposal[];
  reasoning: string;
}

/**
 * Written for strict structured output: every property required, nothing optional, null for a default. Ranges stand
 * in descriptions since not every server knows `minimum`; they are checked afterwards.
 */
export function proposalsSchema(methods: readonly MethodOption[], runtimes: readonly RuntimeOption[]): z.ZodType<ModelAnswer> {
  const available = methods.filter((method) => method.availability.available);
  const step = available.map((method) => z.strictObject({ method: z.literal(method.name), params: paramsSchema(method) }).describe(method.summary));
  const proposal = z.strictObject({
    steps: step.length > 0 ? z.array(z.union(step)).describe("In order. Empty for the model as it is in another runtime.") : z.array(z.never()),
    runtime: z.enum(runtimes.map((runtime) => runtime.name)).describe("Where it is run and measured; each step's method lists the runtimes that load what it writes."),
  });
  return z.strictObject({
    proposals: z.array(proposal).describe(`At most ${mostProposals}, the best first; candidates of the search or others. Empty where you have nothing better.`),
    reasoning: z.string().describe("Two or three plain sentences: why these, given what was measured."),
  }) as unknown as z.ZodType<ModelAnswer>;
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

/** Read more loosely than asked for: what a value may be is said better by `toRecipe`, in words for the model. */
const looseProposal = z.object({
  steps: z.array(z.object({ method: z.string(), params: z.record(z.string(), z.unknown()).nullish() })).max(8),
  runtime: z.string().default("transformers"),
});
const replySchema = z.object({ proposals: z.array(looseProposal).max(20), reasoning: z.string().default("") });
/** One recipe without a list around it, which is what small models answer. */
const bareSchema = looseProposal.extend({ reasoning: z.string().default("") });
/** The flat form {"method", "bits", …, "reasoning"} of small models and older clients. */
const flatSchema = z.looseObject({ method: z.string(), runtime: z.string().default("transformers"), reasoning: z.string().default("") });

/** Reads a reply in any of its forms; nulls fall away, so that defaults apply. */
export function parseReply(reply: unknown): { ok: true; reply: ModelAnswer } | { ok: false; problems: string[] } {
  const parsed = replySchema.safeParse(reply);
  if (parsed.success) return { ok: true, reply: { ...parsed.data, proposals: parsed.data.proposals.map(withoutNulls) } };
  const bare = bareSchema.safeParse(reply);
  if (bare.success) return { ok: true, reply: { proposals: [withoutNulls(bare.data)], reasoning: bare.data.reasoning } };
  const flat = flatSchema.safeParse(reply);
  if (flat.success && !("steps" in flat.data) && !("proposals" in flat.data)) {
    const { method, reasoning, params, runtime, action: _, ...rest } = flat.data;
    const given = typeof params === "object" && params !== null ? (params as Record<string, unknown>) : rest;
    return { ok: true, reply: { proposals: [withoutNulls({ steps: [{ method, params: given }], runtime })], reasoning } };
  }
  return { ok: false, problems: [z.prettifyError(parsed.error)] };
}

function withoutNulls({ steps, runtime }: z.infer<typeof looseProposal>): Proposal {
  return {
    runtime,
    steps: steps.map(({ method, params }) => ({
      method,
      params: Object.fromEntries(Object.entries(params ?? {}).filter(([, value]) => value !== null)),
    })),
  };
}

export type RecipeReply = { ok: true; recipe: Recipe } | { ok: false; problems: string[] };

/**
 * A language model sets only what its schema offers: a free text among the parameters, such as the model to learn
 * from, could be put into its mouth by any text that it has read.
 */
function privateParams(steps: Proposal["steps"], methods: readonly MethodOption[]): string[] {
  return steps.flatMap(({ method: name, params }, index) => {
    const schema = methods.find((method) => method.name === name)?.params_schema;
    const offered = new Set(readParams(schema ?? {}).map((param) => param.name));
    const known = Object.keys((schema?.properties ?? {}) as object);
    return Object.keys(params).flatMap((param) => (known.includes(param) && !offered.has(param) ? [`steps[${index}].params.${param}: only a person sets this.`] : []));
  });
}

/** The legal, untried recipe that a proposal means. */
export function toRecipe({ steps, runtime }: Proposal, context: DecisionContext): RecipeReply {
  if (!context.runtimes.some(({ name }) => name === runtime)) {
    return { ok: false, problems: [`There is no runtime "${runtime}" here.`] };
  }
  const refused = privateParams(steps, context.methods);
  if (refused.length > 0) return { ok: false, problems: refused };
  // What depends on parameters, a width or training, is found by the search.
  const ruledOut = context.methods.find((method) => steps.some((step) => step.method === method.name) && !mayUse(method, context.controls));
  if (ruledOut) return { ok: false, problems: [`A person ruled ${ruledOut.name} out. Choose another method.`] };
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
