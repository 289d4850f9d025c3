import { z } from "zod";

/** What the rest of the app knows of language models: roles, who plays them, and what was asked and spent. */

export const modelRoles = ["planner", "coordinator", "evaluator", "reflection", "subagent"] as const;
export type ModelRole = (typeof modelRoles)[number];

/** Which language model plays a role, by which setting, and whether it can be used. Never a key. */
export interface RoleStatus {
  role: ModelRole;
  /** Null when no setting names one. */
  provider: string | null;
  model: string | null;
  /** The environment variable that names it; null when none does. */
  setting: string | null;
  usable: boolean;
  /** Why it cannot be used and what would change that; how it is used otherwise. */
  detail: string;
  keys: number;
  /** USD per million tokens; null when the price is not known. */
  price: ModelPrice | null;
}

export const modelPriceSchema = z.object({
  in: z.number().min(0),
  out: z.number().min(0),
  /** Of tokens that the provider had in its cache; the input's price when not given. */
  cached: z.number().min(0).optional(),
  /** Longest prompt that the price holds for; what a longer one costs is not known here. */
  upToTokens: z.number().positive().optional(),
});
export type ModelPrice = z.infer<typeof modelPriceSchema>;

/** Why no answer of a language model is there. The caller goes on without one and says so. */
export interface Unavailable {
  /** not_configured: nobody asked for a model. misconfigured: somebody did, but a setting is missing or wrong. */
  code: "not_configured" | "misconfigured" | "cap_reached" | "failed" | "unusable";
  /** Completes the sentence "the language model …"; safe to store and show. */
  reason: string;
}

/** Tokens and money; null means that it is not known, never that it is nothing. */
export interface ModelUsage {
  provider: string | null;
  model: string | null;
  tokensIn: number | null;
  tokensOut: number | null;
  usd: number | null;
  ms: number;
  /** Requests that were sent, repeats included. */
  attempts: number;
}

/** Sums over all calls of an experiment. */
export interface ModelSpend {
  calls: number;
  tokensIn: number;
  tokensOut: number;
  /** Of the calls whose price is known. */
  usd: number;
  /** Calls of which the price, or the number of tokens, is not known: the sums leave them out. */
  unpricedCalls: number;
  uncountedCalls: number;
}

export interface ModelCallSummary {
  id: string;
  episode: number | null;
  role: ModelRole;
  provider: string;
  model: string;
  tokensIn: number | null;
  tokensOut: number | null;
  usd: number | null;
  ms: number | null;
  attempts: number;
  error: string | null;
  at: string;
}

export interface ModelCallView extends ModelCallSummary {
  system: string;
  prompt: string;
  /** What was said between prompt and answer: tool calls with their results, corrections. */
  turns: { role: "user" | "assistant" | "tool"; text: string }[];
  answer: string | null;
}

/** What an experiment's page shows of language models. */
export interface ModelUse {
  spend: ModelSpend;
  /** In the order of asking; the newest five hundred. */
  calls: ModelCallSummary[];
  /** Who plays which role from now on. */
  roles: RoleStatus[];
}
