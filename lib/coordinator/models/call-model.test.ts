import { tool } from "ai";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { db } from "@/lib/db/client";
import { useTestDatabase } from "@/lib/db/use-test-database";
import { startModelDouble, type ModelDouble, type Script } from "../testing/model-double";
import { callModel, type ModelRequest } from "./call-model";
import { getModelCall, listModelCalls, modelSpendOf } from "./queries";

const firstKey = "sk-first-key-0123456789";
const secondKey = "sk-second-key-0123456789";
let double: ModelDouble;
let experimentId: string;

useTestDatabase();

beforeEach(async () => {
  experimentId = await newExperiment({});
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await double?.close();
});

async function newExperiment(limits: object): Promise<string> {
  const row = await db().experiment.create({
    data: { name: crypto.randomUUID(), model: "pocket", benchmarks: ["b"], maxEpisodes: 1, budgetHours: 1, spec: {}, limits },
  });
  return row.id;
}

const shape = z.object({ pick: z.enum(["a", "b"]), why: z.string() });
const picked: Script = { status: 200, content: '{"pick": "a", "why": "cheap"}' };

/** Sets up one provider for all roles on a double and asks it for a pick. */
async function ask<S = z.infer<typeof shape>>(scripts: Script[], more: Partial<ModelRequest<S>> = {}, model = "openai/gpt-5-mini") {
  double = await startModelDouble(scripts);
  vi.stubEnv("PARETO_MODEL", model);
  for (const name of ["OPENAI", "OPENROUTER", "ANTHROPIC"]) {
    vi.stubEnv(`${name}_API_KEY`, firstKey);
    vi.stubEnv(`${name}_BASE_URL`, double.baseUrl);
  }
  vi.stubEnv("PARETO_COMPATIBLE_URL", double.baseUrl);
  return callModel<S>({
    role: "planner",
    experimentId,
    episode: 3,
    system: "Pick one.",
    prompt: "a or b?",
    schema: shape as unknown as z.ZodType<S>,
    pace: { requestMs: 5000, backoffMs: 1 },
    ...more,
  });
}

describe("each provider", () => {
  it.each([
    ["openai/gpt-5-mini", "/v1/chat/completions", 100 * 0.25e-6 + 20 * 2e-6],
    ["openrouter/meta/llama-4", "/v1/chat/completions", null],
    ["anthropic/claude-sonnet-4-5", "/v1/messages", 100 * 3e-6 + 20 * 15e-6],
    ["compatible/qwen3:8b", "/v1/chat/completions", null],
  ])("%s answers in its own protocol, priced where the price is known", async (model, path, usd) => {
    const reply = await ask([picked], {}, model);
    expect(reply).toMatchObject({ ok: true, object: { pick: "a", why: "cheap" }, usage: { tokensIn: 100, tokensOut: 20, attempts: 1 } });
    if (usd === null) expect(reply.usage.usd).toBeNull();
    else expect(reply.usage.usd).toBeCloseTo(usd, 12);
    const [request] = double.requests;
    expect(request?.path).toBe(path);
    expect(request?.body.model).toBe(model.slice(model.indexOf("/") + 1));
    expect(JSON.stringify(request?.body)).toContain('"enum":["a","b"]');
  });

  it("says itself what it has cost, where it does", async () => {
    const reply = await ask([{ ...picked, usage: { in: 10, out: 5, cost: 0.0123 } }], {}, "openrouter/meta/llama-4");
    expect(reply.usage.usd).toBe(0.0123);
  });

  it("may be priced by a setting", async () => {
    vi.stubEnv("PARETO_MODEL_PRICES", '{"compatible/qwen3:8b": {"in": 0, "out": 0}}');
    expect((await ask([picked], {}, "compatible/qwen3:8b")).usage.usd).toBe(0);
  });

  it("that does not say its tokens leaves them unknown", async () => {
    const reply = await ask([{ status: 200, content: '{"pick": "a", "why": ""}', usage: null }]);
    expect(reply.usage).toMatchObject({ tokensIn: null, tokensOut: null, usd: null });
    expect(await modelSpendOf(experimentId)).toMatchObject({ calls: 1, unpricedCalls: 1, uncountedCalls: 1 });
  });
});

describe("settings", () => {
  it("without any of them nothing is asked and nothing is stored", async () => {
    const reply = await callModel({ role: "planner", experimentId, episode: 0, system: "", prompt: "" });
    expect(reply).toMatchObject({ ok: false, unavailable: { code: "not_configured" } });
    expect(await listModelCalls(experimentId)).toEqual([]);
  });

  it.each([
    [{ PARETO_MODEL: "gpt-5" }, /provider\/model/],
    [{ PARETO_MODEL: "nobody/gpt-5" }, /openai, openrouter, anthropic, compatible/],
    [{ PARETO_MODEL: "anthropic/claude-opus-5", ANTHROPIC_API_KEY: "" }, /ANTHROPIC_API_KEY is not set/],
    [{ PARETO_MODEL: "compatible/llama" }, /PARETO_COMPATIBLE_URL is not set/],
    [{ PARETO_MODEL: "openai/gpt-5", OPENAI_API_KEY: firstKey, PARETO_MODEL_CAP_USD: "much" }, /PARETO_MODEL_CAP_USD must be a number/],
    [{ PARETO_MODEL: "openai/gpt-5", OPENAI_API_KEY: firstKey, PARETO_MODEL_PRICES: "{" }, /PARETO_MODEL_PRICES must be JSON/],
  ])("that are wrong say what is wrong: %o", async (settings, problem) => {
    for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
    const reply = await callModel({ role: "planner", experimentId, episode: 0, system: "", prompt: "" });
    expect(reply).toMatchObject({ ok: false, unavailable: { code: "misconfigured", reason: expect.stringMatching(problem) as string } });
  });

  it("may name another model for a role", async () => {
    vi.stubEnv("PARETO_MODEL_EVALUATOR", "compatible/judge");
    await ask([picked], { role: "evaluator" });
    expect(double.requests[0]?.body.model).toBe("judge");
  });
});

describe("a limited key", () => {
  const limited: Script = { status: 429, headers: { "retry-after": "3600" } };
  const keyOf = (index: number) => double.requests[index]?.headers.authorization;

  it("is replaced by the second at once", async () => {
    vi.stubEnv("OPENAI_API_KEY_2", secondKey);
    const reply = await ask([limited, picked]);
    expect(reply).toMatchObject({ ok: true, usage: { attempts: 2 } });
    expect([keyOf(0), keyOf(1)]).toEqual([`Bearer ${firstKey}`, `Bearer ${secondKey}`]);
  });

  it("is come back to when it is free before the second", async () => {
    vi.stubEnv("OPENAI_API_KEY_2", secondKey);
    const reply = await ask([{ status: 429, headers: { "retry-after-ms": "20" } }, limited, picked]);
    expect(reply.ok).toBe(true);
    expect(keyOf(2)).toBe(`Bearer ${firstKey}`);
  });

  it("is not waited for beyond the call's time", async () => {
    vi.stubEnv("OPENAI_API_KEY_2", secondKey);
    const reply = await ask([limited]);
    expect(double.requests).toHaveLength(2);
    expect(reply).toMatchObject({ ok: false, unavailable: { code: "failed", reason: expect.stringMatching(/HTTP 429\), after 2 attempts/) as string } });
  });
});

describe("tools", () => {
  const add = tool({ description: "Adds.", inputSchema: z.object({ a: z.number(), b: z.number() }), execute: ({ a, b }) => ({ sum: a + b }) });

  it("are carried out, and the answer comes with all requests counted", async () => {
    const reply = await ask([{ status: 200, toolCalls: [{ name: "add", input: { a: 2, b: 3 } }] }, { status: 200, content: "It is 5." }], { schema: undefined, tools: { add }, maxSteps: 4 });
    expect(reply).toMatchObject({ ok: true, text: "It is 5.", usage: { tokensIn: 200, tokensOut: 40, attempts: 2 } });
    const [call] = await listModelCalls(experimentId);
    const stored = await getModelCall(experimentId, call?.id ?? "");
    expect(stored).toMatchObject({ answer: "It is 5.", turns: [{ role: "assistant", text: 'add({"a":2,"b":3})' }, { role: "tool", text: 'add → {"sum":5}' }] });
  });

  it("are called in no more than the set number of steps", async () => {
    const again: Script = ({ body }) => (body.tool_choice === "none" ? { status: 200, content: "Enough." } : { status: 200, toolCalls: [{ name: "add", input: { a: 1, b: 1 } }] });
    const reply = await ask([again], { schema: undefined, tools: { add }, maxSteps: 3 });
    expect(double.requests).toHaveLength(3);
    expect(reply).toMatchObject({ ok: true, text: "Enough." });
  });

  it("that are not offered, or are called wrongly, are not carried out", async () => {
    const reply = await ask(
      [{ status: 200, toolCalls: [{ name: "deleteAll", input: {} }, { name: "add", input: { a: "x" } }] }, { status: 200, content: "Sorry." }],
      { schema: undefined, tools: { add } },
    );
    expect(reply).toMatchObject({ ok: true, text: "Sorry." });
    expect(JSON.stringify(double.requests[1]?.body.messages)).toMatch(/unavailable tool 'deleteAll'/);
  });
});

describe("caps", () => {
  it("stop calls when the tokens are spent", async () => {
    experimentId = await newExperiment({ tokens: 1000 });
    expect((await ask([{ ...picked, usage: { in: 700, out: 20 } }])).ok).toBe(true);
    await double.close();
    const reply = await ask([picked], { prompt: "x".repeat(500) });
    expect(double.requests).toHaveLength(0);
    expect(reply).toMatchObject({ ok: false, unavailable: { code: "cap_reached", reason: expect.stringMatching(/720 of at most 1000 tokens are spent/) as string } });
  });

  it("stop the next request of a loop with tools too", async () => {
    experimentId = await newExperiment({ tokens: 2000 });
    const spin = tool({ description: "", inputSchema: z.object({}), execute: () => "on" });
    const reply = await ask([{ status: 200, toolCalls: [{ name: "spin", input: {} }], usage: { in: 900, out: 100 } }], { schema: undefined, tools: { spin }, maxSteps: 50 });
    expect(reply).toMatchObject({ ok: false, unavailable: { code: "cap_reached" } });
    expect(double.requests).toHaveLength(2);
    expect(await modelSpendOf(experimentId)).toMatchObject({ tokensIn: 1800, tokensOut: 200 });
  });

  it("bound the length of an answer so that they hold", async () => {
    experimentId = await newExperiment({ usd: 0.01 });
    await ask([picked]);
    const most = Number(double.requests[0]?.body.max_completion_tokens);
    expect(most * 2e-6).toBeLessThan(0.01);
    expect(most).toBeGreaterThan(4000);
  });

  it("in money cannot be kept with an unknown price", async () => {
    experimentId = await newExperiment({ usd: 5 });
    const reply = await ask([picked], {}, "compatible/qwen3:8b");
    expect(double.requests).toHaveLength(0);
    expect(reply).toMatchObject({ ok: false, unavailable: { code: "cap_reached", reason: expect.stringMatching(/PARETO_MODEL_PRICES/) as string } });
  });

  it("of the settings hold where the experiment has none of its own", async () => {
    vi.stubEnv("PARETO_MODEL_CAP_TOKENS", "10");
    expect(await ask([picked])).toMatchObject({ ok: false, unavailable: { code: "cap_reached" } });
  });
});

describe("secrets", () => {
  it("are neither sent nor stored nor answered, wherever they stand", async () => {
    vi.stubEnv("HF_TOKEN", "hf_thisIsTheTokenOfTheHub");
    vi.stubEnv("DATABASE_URL_OTHER", "postgresql://me:pass%2Fword99@db/x");
    const secrets = [firstKey, "hf_thisIsTheTokenOfTheHub", "pass%2Fword99", "pass/word99", "ghp_0123456789abcdefghijABCDEFGHIJ"];
    const leak = secrets.join(" and ");
    const read = tool({ description: "", inputSchema: z.object({}), execute: () => ({ file: leak }) });
    const reply = await ask([{ status: 200, toolCalls: [{ name: "read", input: { note: leak } }] }, { status: 400, message: `You sent ${leak}` }], {
      schema: undefined,
      system: `rules ${leak}`,
      prompt: `data ${leak}`,
      tools: { read },
    });
    const [call] = await listModelCalls(experimentId);
    const stored = JSON.stringify([await getModelCall(experimentId, call?.id ?? ""), reply]);
    expect(stored).toMatch(/\[removed\].*HTTP 400/s);
    const sent = JSON.stringify(double.requests.map(({ body }) => body));
    for (const secret of secrets) {
      expect(stored).not.toContain(secret);
      expect(sent).not.toContain(secret);
    }
  });
});

describe("what is stored", () => {
  it("has who was asked what, the answer, tokens, money, time and attempts", async () => {
    await ask([{ status: 500 }, { status: 200, content: "no" }, picked]);
    const [summary] = await listModelCalls(experimentId);
    expect(summary).toMatchObject({ episode: 3, role: "planner", provider: "openai", model: "gpt-5-mini", tokensIn: 200, tokensOut: 40, attempts: 3, error: null });
    expect(summary?.ms).toBeGreaterThanOrEqual(0);
    const stored = await getModelCall(experimentId, summary?.id ?? "");
    expect(stored).toMatchObject({ system: "Pick one.", prompt: "a or b?", answer: '{"pick": "a", "why": "cheap"}' });
    expect(stored?.turns.map(({ role }) => role)).toEqual(["assistant", "user"]);
    expect(await getModelCall(await newExperiment({}), summary?.id ?? "")).toBeNull();
  });

  it("has the reason of a failure", async () => {
    await ask([{ status: 401 }]);
    expect(await listModelCalls(experimentId)).toMatchObject([{ error: "refused the key (HTTP 401)", attempts: 1, tokensIn: 0, usd: 0 }]);
  });
});
