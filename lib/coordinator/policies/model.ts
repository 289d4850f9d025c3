import { createOpenAI } from "@ai-sdk/openai";
import { generateText, jsonSchema, NoObjectGeneratedError, NoOutputGeneratedError, Output, type LanguageModel, type ModelMessage } from "ai";
import { z } from "zod";
import type { DecisionRecord } from "@/lib/experiments/schema";
import type { DecisionContext } from "../context";
import { decisionSchema, parseReply, toRecipe } from "../decision";
import { contextMessage, instructions, repairMessage } from "../prompts";
import { actionOf, hashOfRecipe, labelOf } from "../recipes";
import { callWithRetries, ModelUnreachable, reasonOf, type RetrySettings } from "./retry";
import { rankCandidates } from "./search";

/**
 * The model policy: a language model chooses from the legal space, with the search's ranking before it. An answer
 * that is not usable is sent back once with what is wrong; after that, or when the model cannot be reached, the
 * outcome says why and the caller falls back to the search.
 */

export interface OpenAiSettings {
  apiKey: string;
  /** Of any server that speaks the chat completions API. */
  baseUrl?: string;
  model: string;
}

export type ModelOutcome = { ok: true; record: DecisionRecord } | { ok: false; why: string; tokens: number };

const candidatesShown = 8;
const longestReasoning = 2000;

export async function modelDecision(context: DecisionContext, openai: OpenAiSettings, retry: RetrySettings): Promise<ModelOutcome> {
  const deadline = Date.now() + retry.totalMs;
  const provider = createOpenAI({ apiKey: openai.apiKey, baseURL: openai.baseUrl || undefined });
  // The older chat completions API, since that is what self-hosted servers speak.
  const model = provider.chat(openai.model);
  const ranked = rankCandidates(context);
  const messages: ModelMessage[] = [{ role: "user", content: contextMessage(context, ranked.slice(0, candidatesShown)) }];
  let tokens = 0;
  let problems: string[] = [];
  try {
    for (const attempt of ["first", "repair"] as const) {
      const answer = await callWithRetries((signal) => ask(model, context, messages, signal), retry, deadline);
      tokens += answer.tokens;
      const result = read(answer, context);
      if (result.ok) {
        const { recipe, reasoning } = result;
        const hash = recipe && hashOfRecipe(recipe);
        return {
          ok: true,
          record: {
            action: recipe ? actionOf(recipe, context.methods) : "end",
            label: recipe ? labelOf(recipe, context.methods) : "End",
            recipe,
            reasoning: reasoning.trim().slice(0, longestReasoning) || "The model gave no reason.",
            decidedBy: "model",
            fallbackNote: null,
            languageModel: openai.model,
            tokens,
            alternatives: ranked
              .filter(({ candidate }) => candidate.hash !== hash)
              .slice(0, 5)
              .map(({ label, recipe: other, score }) => ({ label, recipe: other, score })),
          },
        };
      }
      problems = result.problems;
      if (attempt === "first") {
        messages.push({ role: "assistant", content: answer.text || "(empty)" }, { role: "user", content: repairMessage(problems) });
      }
    }
  } catch (error) {
    return { ok: false, why: redact(error instanceof ModelUnreachable ? error.message : reasonOf(error, retry.timeoutMs), openai), tokens };
  }
  return { ok: false, why: redact(`its answer was not usable, also after one correction: ${(problems[0] ?? "").slice(0, 300)}`, openai), tokens };
}

interface Answer {
  text: string;
  /** Undefined when the text is no JSON. */
  value: unknown;
  tokens: number;
}

async function ask(model: LanguageModel, context: DecisionContext, messages: ModelMessage[], signal: AbortSignal): Promise<Answer> {
  const schema = z.toJSONSchema(decisionSchema(context.methods, context.runtimes), { target: "draft-7" }) as Parameters<typeof jsonSchema>[0];
  try {
    const result = await generateText({
      model,
      instructions,
      messages,
      // Checked by `read`, not by the SDK: what is wrong must be told to the model in words it can act on.
      output: Output.object({ name: "decision", schema: jsonSchema(schema) }),
      maxRetries: 0,
      abortSignal: signal,
    });
    return { text: result.text, value: result.output, tokens: result.totalUsage.totalTokens ?? 0 };
  } catch (error) {
    if (NoObjectGeneratedError.isInstance(error)) return { text: error.text ?? "", value: undefined, tokens: error.usage?.totalTokens ?? 0 };
    if (NoOutputGeneratedError.isInstance(error)) return { text: "", value: undefined, tokens: 0 };
    throw error;
  }
}

function read(
  answer: Answer,
  context: DecisionContext,
): { ok: true; recipe: DecisionRecord["recipe"]; reasoning: string } | { ok: false; problems: string[] } {
  if (answer.value === undefined) return { ok: false, problems: ["The answer is not one complete JSON object."] };
  const parsed = parseReply(answer.value);
  if (!parsed.ok) return parsed;
  const meant = toRecipe(parsed.decision, context);
  return meant.ok ? { ok: true, recipe: meant.recipe, reasoning: parsed.decision.reasoning } : meant;
}

/** Servers repeat what they were sent in their errors; a key must not end in a stored and shared note. */
function redact(text: string, { apiKey }: OpenAiSettings): string {
  return apiKey.length > 0 ? text.replaceAll(apiKey, "[key]") : text;
}
