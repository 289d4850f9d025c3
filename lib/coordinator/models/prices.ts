import type { ProviderName } from "../providers";
import type { ModelPrice } from "./schema";

interface PriceList {
  provider: ProviderName;
  source: string;
  /** When it was looked up. */
  date: string;
  /** USD per million tokens, by the model's name without a date. */
  models: Record<string, ModelPrice>;
}

/** Standard rates, without batch, priority or regional surcharges. */
const priceLists: PriceList[] = [
  {
    provider: "openai",
    source: "https://developers.openai.com/api/docs/pricing",
    date: "2026-11-21",
    models: {
      "gpt-6-astra": { in: 10, out: 50, cached: 1, upToTokens: 272_000 },
      "gpt-6.1-sol": { in: 2, out: 10, cached: 0.1, upToTokens: 272_000 },
      "gpt-6-sol": { in: 2, out: 10, cached: 0.2, upToTokens: 272_000 },
      "gpt-6-luna": { in: 0.1, out: 0.5, cached: 0.01, upToTokens: 272_000 },
      "gpt-5.4": { in: 2.5, out: 15, cached: 0.25, upToTokens: 272_000 },
      "gpt-5.4-mini": { in: 0.75, out: 4.5, cached: 0.075 },
      "gpt-5.2": { in: 1.75, out: 14, cached: 0.175 },
      "gpt-5.1": { in: 1.25, out: 10, cached: 0.125 },
      "gpt-5": { in: 1.25, out: 10, cached: 0.125 },
      "gpt-5-mini": { in: 0.25, out: 2, cached: 0.025 },
      "gpt-5-nano": { in: 0.05, out: 0.4, cached: 0.005 },
      "gpt-4.1": { in: 2, out: 8, cached: 0.5 },
      "gpt-4.1-mini": { in: 0.4, out: 1.6, cached: 0.1 },
      "gpt-4.1-nano": { in: 0.1, out: 0.4, cached: 0.025 },
      "gpt-4o": { in: 2.5, out: 10, cached: 1.25 },
      "gpt-4o-mini": { in: 0.15, out: 0.6, cached: 0.075 },
    },
  },
  {
    provider: "anthropic",
    source: "https://platform.claude.com/docs/en/about-claude/pricing",
    date: "2026-11-21",
    models: {
      "claude-fable-5-1": { in: 10, out: 50, cached: 0.25 },
      "claude-opus-5-5": { in: 4, out: 20, cached: 0.2 },
      "claude-opus-5": { in: 5, out: 25, cached: 0.5 },
      "claude-opus-4-8": { in: 5, out: 25, cached: 0.5 },
      "claude-opus-4-7": { in: 5, out: 25, cached: 0.5 },
      "claude-opus-4-6": { in: 5, out: 25, cached: 0.5 },
      "claude-opus-4-5": { in: 5, out: 25, cached: 0.5 },
      "claude-sonnet-5-5": { in: 2, out: 10, cached: 0.1 },
      "claude-sonnet-5": { in: 2, out: 10, cached: 0.2 },
      "claude-sonnet-4-6": { in: 3, out: 15, cached: 0.3 },
      "claude-sonnet-4-5": { in: 3, out: 15, cached: 0.3 },
      "claude-haiku-5-5": { in: 0.1, out: 0.5, cached: 0.01, upToTokens: 100_000 },
      "claude-haiku-4-5": { in: 1, out: 5, cached: 0.1 },
    },
  },
];

/** What a model costs; null when no list has it. OpenRouter says with each answer what it has cost. */
export function priceOf(provider: ProviderName, model: string): ModelPrice | null {
  const models = priceLists.find((list) => list.provider === provider)?.models ?? {};
  // A dated name such as gpt-5-mini-2025-08-07 costs what gpt-5-mini does; gpt-5-pro is not gpt-5.
  return models[model] ?? models[model.replace(/-(\d{4}-\d{2}-\d{2}|\d{8}|latest)$/, "")] ?? null;
}
