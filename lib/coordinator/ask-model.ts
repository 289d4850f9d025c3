import type { DecisionRecord, Recipe } from "@/lib/experiments/schema";
import type { DecisionContext } from "./context";
import { mostProposals, parseReply, proposalsSchema, toRecipe } from "./decision";
import { callModel, type CallPace, type ModelReply, type Reading } from "./models/call-model";
import type { ModelUsage } from "./models/schema";
import { contextMessage, instructions } from "./prompts";
import type { Ranking } from "./rank";

/** What a language model would try next, of the legal recipes and with the search's ranking before it. */
export interface Proposed {
  proposals: Recipe[];
  reasoning: string;
}

const longestReasoning = 2000;

export function askModel(context: DecisionContext, experimentId: string | null, ranking: Ranking, pace?: Partial<CallPace>): Promise<ModelReply<Proposed>> {
  return callModel({
    role: "coordinator",
    experimentId,
    episode: context.episode,
    system: instructions,
    prompt: contextMessage(context, ranking),
    schema: proposalsSchema(context.methods, context.runtimes),
    read: (json) => readProposals(json, context),
    pace,
  });
}

/** Which model was asked, and its tokens, as a decision keeps them. */
export function modelOf({ provider, model, tokensIn, tokensOut }: ModelUsage): Pick<DecisionRecord, "languageModel" | "tokens"> {
  return { languageModel: provider && `${provider}/${model}`, tokens: tokensIn === null || tokensOut === null || !provider ? null : tokensIn + tokensOut };
}

/** Usable when any of the proposals is; none at all is an answer too. */
function readProposals(json: unknown, context: DecisionContext): Reading<Proposed> {
  const parsed = parseReply(json);
  if (!parsed.ok) return parsed;
  const { proposals, reasoning } = parsed.reply;
  const meant = proposals.slice(0, mostProposals).map((proposal) => toRecipe(proposal, context));
  const recipes = meant.flatMap((each) => (each.ok ? [each.recipe] : []));
  if (proposals.length > 0 && recipes.length === 0) return { ok: false, problems: meant.flatMap((each) => (each.ok ? [] : each.problems)) };
  return { ok: true, value: { proposals: recipes, reasoning: reasoning.trim().slice(0, longestReasoning) || "The model gave no reason." } };
}
