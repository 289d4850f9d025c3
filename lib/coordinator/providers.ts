import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { LanguageModel } from "ai";

/** What `LanguageModel` is besides a gateway's name, which is never used here. */
export type ConnectedModel = Exclude<LanguageModel, string>;

export interface Provider {
  title: string;
  /** Environment variables of its keys: the second is used while the first is rate-limited. */
  keyNames: readonly [string, string];
  /** Environment variable of its address. */
  urlName: string;
  /** Null: the provider's own library knows it; undefined: it has to be set. */
  standardUrl: string | null | undefined;
  /** False for servers of one's own, which may run without one. */
  needsKey: boolean;
  connect(model: string, apiKey: string | undefined, baseUrl: string | undefined): ConnectedModel;
}

/** Whose language models can be used. One entry each. */
export const providers = {
  openai: {
    title: "OpenAI",
    keyNames: ["OPENAI_API_KEY", "OPENAI_API_KEY_2"],
    urlName: "OPENAI_BASE_URL",
    standardUrl: null,
    needsKey: true,
    // The older chat completions API, since that is what other servers under this address speak.
    connect: (model, apiKey, baseURL) => createOpenAI({ apiKey, baseURL }).chat(model),
  },
  openrouter: {
    title: "OpenRouter",
    keyNames: ["OPENROUTER_API_KEY", "OPENROUTER_API_KEY_2"],
    urlName: "OPENROUTER_BASE_URL",
    standardUrl: "https://openrouter.ai/api/v1",
    needsKey: true,
    connect: (model, apiKey, baseURL = "") =>
      createOpenAICompatible({ name: "openrouter", apiKey, baseURL, supportsStructuredOutputs: true, headers: { "x-title": "Pareto Lab" } })(model),
  },
  anthropic: {
    title: "Anthropic",
    keyNames: ["ANTHROPIC_API_KEY", "ANTHROPIC_API_KEY_2"],
    urlName: "ANTHROPIC_BASE_URL",
    standardUrl: null,
    needsKey: true,
    connect: (model, apiKey, baseURL) => createAnthropic({ apiKey, baseURL })(model),
  },
  compatible: {
    title: "OpenAI-compatible server",
    keyNames: ["PARETO_COMPATIBLE_KEY", "PARETO_COMPATIBLE_KEY_2"],
    urlName: "PARETO_COMPATIBLE_URL",
    standardUrl: undefined,
    needsKey: false,
    connect: (model, apiKey, baseURL = "") => createOpenAICompatible({ name: "compatible", apiKey, baseURL, supportsStructuredOutputs: true })(model),
  },
} satisfies Record<string, Provider>;

export type ProviderName = keyof typeof providers;

export function isProviderName(name: string): name is ProviderName {
  return Object.hasOwn(providers, name);
}
