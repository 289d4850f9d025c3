import type { ModelPrice, ModelSpend } from "./schema";

export interface Caps {
  usd: number | null;
  tokens: number | null;
}

export type Room = { ok: true; maxOutputTokens: number | undefined } | { ok: false; reason: string };

/** An answer shorter than this is of no use. */
const shortestAnswerTokens = 200;
/** With more room than this the model's own limit is the tighter one. */
const longestAnswerTokens = 32_000;
/** Fewer than a token of JSON or English really has, so that a prompt is taken for longer than it is. */
const charactersPerToken = 2.5;

/** Whether one more request fits under the caps, and how long its answer may be so that it stays under them. */
export function roomUnder(caps: Caps, spend: ModelSpend, price: ModelPrice | null, promptCharacters: number): Room {
  const promptTokens = Math.ceil(promptCharacters / charactersPerToken);
  let answerTokens = Infinity;
  if (caps.tokens !== null) {
    if (spend.uncountedCalls > 0) return { ok: false, reason: "does not say how many tokens it uses, so that the cap on tokens cannot be kept" };
    const spent = spend.tokensIn + spend.tokensOut;
    answerTokens = Math.min(answerTokens, caps.tokens - spent - promptTokens);
    if (answerTokens < shortestAnswerTokens) {
      return { ok: false, reason: `is not called any more: ${spent} of at most ${caps.tokens} tokens are spent, and the next call would need about ${promptTokens + shortestAnswerTokens}` };
    }
  }
  if (caps.usd !== null) {
    if (!price || spend.unpricedCalls > 0) return { ok: false, reason: "has a price that is not known, so that the cap on money cannot be kept: set its price in PARETO_MODEL_PRICES, or a cap on tokens instead" };
    const left = caps.usd - spend.usd - (promptTokens * price.in) / 1e6;
    if (price.out > 0) answerTokens = Math.min(answerTokens, Math.floor((left / price.out) * 1e6));
    if (left < 0 || answerTokens < shortestAnswerTokens) {
      return { ok: false, reason: `is not called any more: $${spend.usd.toFixed(4)} of at most $${caps.usd} are spent, and the next call would go beyond` };
    }
  }
  return { ok: true, maxOutputTokens: answerTokens < longestAnswerTokens ? answerTokens : undefined };
}
