import { generateText, isStepCount, jsonSchema, Output, type ModelMessage, type ToolSet } from "ai";
import { z } from "zod";
import { CapReached, meteredModel, type Tally } from "./metered-model";
import { capsOf, modelSpendOf, openModelCall, updateModelCall, type Turn } from "./queries";
import { makeRedactor, type Redact } from "./redact";
import { reasonOf } from "./retry";
import type { ModelRole, ModelUsage, Unavailable } from "./schema";
import { readModelSettings, type ModelRoute, type ModelSettings } from "./settings";

/**
 * The one way to any language model. It never throws for what a model, a provider or a cap does: where no usable
 * answer comes, the reply says why, and the caller goes on without. Each call is stored with all that was said.
 */

export type Reading<T> = { ok: true; value: T } | { ok: false; problems: string[] };

export interface ModelRequest<S, T = S> {
  role: ModelRole;
  /** Null for what is asked before there is an experiment; nothing is capped then. */
  experimentId: string | null;
  episode: number | null;
  /** The rules. Text from outside never belongs here: it goes into the prompt, in a `dataBlock`. */
  system: string;
  prompt: string;
  /** Answers have to be JSON of this shape; without it the answer is text. Strict servers want every property required. */
  schema?: z.ZodType<S>;
  /** How an answer is read when more has to hold than the schema says; its problems are sent back to the model once. */
  read?: (json: unknown) => Reading<T>;
  tools?: ToolSet;
  /** Most requests of a call with tools; the last one may call no more of them. */
  maxSteps?: number;
  /** Waits, for tests. */
  pace?: Partial<CallPace>;
}

/** In milliseconds: of one request, before the first repeat, of the whole call. */
export interface CallPace {
  requestMs: number;
  backoffMs: number;
  totalMs: number;
}

export type ModelReply<T> =
  | { ok: true; object: T; text: string; usage: ModelUsage }
  | { ok: false; unavailable: Unavailable; usage: ModelUsage };

const nothing: Tally = { tokensIn: 0, tokensOut: 0, usd: 0, attempts: 0 };
const longestStored = 200_000;

export async function callModel<S, T = S>(request: ModelRequest<S, T>): Promise<ModelReply<T>> {
  const startedAt = Date.now();
  const found = findRoute(request.role);
  if (!found.ok) return { ok: false, unavailable: { code: found.code, reason: found.reason }, usage: { provider: null, model: null, ...nothing, ms: 0 } };
  const { route, settings } = found;
  const { experimentId, episode, role } = request;
  const redact = makeRedactor();
  const keep = (text: string): string => redact(text).slice(0, longestStored);

  const tally = { ...nothing };
  const steps = request.tools ? (request.maxSteps ?? 8) : 1;
  const requestMs = request.pace?.requestMs ?? settings.requestMs;
  const deadline = startedAt + (request.pace?.totalMs ?? requestMs * (steps + 1));
  const own = experimentId ? await capsOf(experimentId) : { usd: null, tokens: null };
  const caps = experimentId ? { usd: own.usd ?? settings.capUsd, tokens: own.tokens ?? settings.capTokens } : null;
  const id = await openModelCall({ experimentId, episode, role, provider: route.providerName, model: route.model, system: keep(request.system), prompt: keep(request.prompt) });
  const model = meteredModel(route, {
    tally,
    redact,
    pace: { requestMs, backoffMs: request.pace?.backoffMs ?? 1000 },
    deadline,
    caps: caps && (caps.usd !== null || caps.tokens !== null) ? caps : null,
    spend: () => modelSpendOf(experimentId as string),
    onTally: () => updateModelCall(id, tally),
  });

  const turns: Turn[] = [];
  const outcome = await converse(model, request, { steps, deadline, turns }).catch((error: unknown) => ({ ok: false as const, unavailable: unavailableFor(error, redact) }));
  const ms = Date.now() - startedAt;
  const stored = turns.map(({ role: speaker, text }) => ({ role: speaker, text: keep(text) }));
  const answer = stored.at(-1)?.role === "assistant" ? (stored.pop()?.text ?? null) : null;
  const failure = outcome.ok ? null : redact(outcome.unavailable.reason);
  await updateModelCall(id, { ...tally, ms, answer, turns: stored, error: failure });
  const usage = { provider: route.providerName, model: route.model, ...tally, ms };
  if (outcome.ok) return { ...outcome, usage };
  return { ok: false, unavailable: { ...outcome.unavailable, reason: failure ?? "" }, usage };
}

function findRoute(role: ModelRole): { ok: true; route: ModelRoute; settings: ModelSettings } | { ok: false; code: "not_configured" | "misconfigured"; reason: string } {
  try {
    const settings = readModelSettings();
    const found = settings.routes[role];
    if (found.ok) return { ok: true, route: found.route, settings };
    return { ok: false, code: found.setting ? "misconfigured" : "not_configured", reason: `cannot be used: ${found.reason}` };
  } catch (error) {
    return { ok: false, code: "misconfigured", reason: `cannot be used: ${error instanceof Error ? error.message : String(error)}` };
  }
}

type Outcome<T> = { ok: true; object: T; text: string } | { ok: false; unavailable: Unavailable };

/** Asks, and once more with what is wrong where the answer cannot be used. */
async function converse<S, T>(
  model: ReturnType<typeof meteredModel>,
  request: ModelRequest<S, T>,
  { steps, deadline, turns }: { steps: number; deadline: number; turns: Turn[] },
): Promise<Outcome<T>> {
  const messages: ModelMessage[] = [{ role: "user", content: request.prompt }];
  let problems: string[] = [];
  for (const attempt of ["first", "corrected"] as const) {
    const result = await generateText({
      model,
      instructions: request.system,
      messages,
      tools: request.tools,
      stopWhen: isStepCount(steps),
      prepareStep: ({ stepNumber }) => (request.tools && stepNumber === steps - 1 ? { toolChoice: "none" } : undefined),
      output: request.schema ? looseOutput(request.schema) : undefined,
      // Repeats are made under it, where each request is counted.
      maxRetries: 0,
      abortSignal: AbortSignal.timeout(Math.max(1, deadline - Date.now())),
    });
    turns.push(...turnsOf(result.responseMessages));
    const text = request.schema ? structuredText(result) : result.text;
    const reading = readAnswer(text, request);
    if (reading.ok) return { ok: true, object: reading.value, text };
    problems = reading.problems;
    if (attempt === "first") {
      const correction = correctionMessage(problems);
      messages.push(...(result.responseMessages.length > 0 ? result.responseMessages : [{ role: "assistant" as const, content: "(empty)" }]), { role: "user", content: correction });
      turns.push({ role: "user", text: correction });
    }
  }
  return { ok: false, unavailable: { code: "unusable", reason: `gave no usable answer, also after one correction: ${(problems[0] ?? "").slice(0, 300)}` } };
}

/** Asks for JSON of the schema but takes any text: what is wrong with it is told to the model in words it can act on. */
function looseOutput(schema: z.ZodType) {
  const wire = z.toJSONSchema(schema, { target: "draft-7", io: "input" }) as Parameters<typeof jsonSchema>[0];
  return { ...Output.object({ name: "answer", schema: jsonSchema<string>(wire) }), parseCompleteOutput: ({ text }: { text: string }) => Promise.resolve(text) };
}

function structuredText(result: { output: unknown; text: string }): string {
  try {
    return String(result.output);
  } catch {
    return result.text;
  }
}

function readAnswer<S, T>(text: string, { schema, read }: ModelRequest<S, T>): Reading<T> {
  if (!schema) return text.trim() ? { ok: true, value: text as T } : { ok: false, problems: ["The answer is empty."] };
  const json = parseJson(text);
  if (json === undefined) return { ok: false, problems: ["The answer is not one complete JSON object."] };
  if (read) return read(json);
  const parsed = schema.safeParse(json);
  return parsed.success ? { ok: true, value: parsed.data as unknown as T } : { ok: false, problems: [z.prettifyError(parsed.error)] };
}

/** Small models put their JSON into a fenced block. */
function parseJson(text: string): unknown {
  const bare = /^\s*```(?:json)?\s*([\s\S]*?)```\s*$/.exec(text)?.[1] ?? text;
  try {
    return JSON.parse(bare, (key, value: unknown) => (key === "__proto__" ? undefined : value));
  } catch {
    return undefined;
  }
}

function correctionMessage(problems: readonly string[]): string {
  return `That answer cannot be used:\n${problems.map((problem) => `- ${problem.slice(0, 500)}`).join("\n")}\nAnswer again in full, corrected.`;
}

function turnsOf(messages: readonly ModelMessage[]): Turn[] {
  return messages.flatMap(({ role, content }): Turn[] => {
    if (role === "system" || role === "user") return [];
    if (typeof content === "string") return content ? [{ role, text: content }] : [];
    const text = content
      .map((part) => {
        if (part.type === "text") return part.text;
        if (part.type === "tool-call") return `${part.toolName}(${JSON.stringify(part.input)})`;
        if (part.type === "tool-result") return `${part.toolName} → ${JSON.stringify("value" in part.output ? part.output.value : part.output)}`;
        return "";
      })
      .filter(Boolean)
      .join("\n");
    return text ? [{ role, text }] : [];
  });
}

function unavailableFor(error: unknown, redact: Redact): Unavailable {
  if (error instanceof CapReached) return { code: "cap_reached", reason: error.message };
  return { code: "failed", reason: redact(reasonOf(error)) };
}
