import type { DecisionRecord } from "@/lib/experiments/schema";
import type { DecisionContext } from "./context";
import { modelDecision, type OpenAiSettings } from "./policies/model";
import { searchDecision } from "./policies/search";

export interface DecideSettings {
  /** Without it the search policy decides. */
  openai?: OpenAiSettings;
  timeoutMs?: number;
  totalMs?: number;
  backoffMs?: number;
}

/** Decides the next recipe. It always comes to a decision: where the language model fails, the search steps in and says so. */
export async function decide(context: DecisionContext, settings: DecideSettings = {}): Promise<DecisionRecord> {
  const { openai, timeoutMs = 60_000, totalMs = 180_000, backoffMs = 1000 } = settings;
  // With no method there is nothing to ask about, and a schema without a choice is refused by servers.
  if (!openai || !context.methods.some((method) => method.availability.available)) return searchDecision(context);
  const outcome = await modelDecision(context, openai, { timeoutMs, totalMs, backoffMs });
  if (outcome.ok) return outcome.record;
  return {
    ...searchDecision(context),
    fallbackNote: `The language model ${openai.model} was asked, but ${outcome.why}. The search policy decided instead.`,
    languageModel: openai.model,
    tokens: outcome.tokens,
  };
}
