import { describe, expect, it } from "vitest";
import { costOf } from "./metered-model";
import { priceOf } from "./prices";
import { modelStatus } from "./settings";

describe("prices", () => {
  it("hold for a dated name, and for no other model that begins alike", () => {
    expect(priceOf("openai", "gpt-5-mini-2025-08-07")).toEqual(priceOf("openai", "gpt-5-mini"));
    expect(priceOf("anthropic", "claude-sonnet-4-5-20250929")).toEqual(priceOf("anthropic", "claude-sonnet-4-5"));
    expect(priceOf("openai", "gpt-5-pro")).toBeNull();
    expect(priceOf("openrouter", "gpt-5-mini")).toBeNull();
  });

  it("are lower for what the provider had in its cache, and not known beyond their longest prompt", () => {
    const price = { in: 2, out: 10, cached: 0.1, upToTokens: 1000 };
    expect(costOf(1000, 400, 50, price)).toBeCloseTo((600 * 2 + 400 * 0.1 + 50 * 10) / 1e6, 12);
    expect(costOf(1001, 0, 50, price)).toBeNull();
    expect(costOf(null, 0, 50, price)).toBeNull();
  });
});

describe("status of the roles", () => {
  const of = (environment: Record<string, string>) => modelStatus(environment as NodeJS.ProcessEnv);

  it("says which model plays which role, by which setting, and never a key", () => {
    const found = of({ OPENAI_API_KEY: "sk-secret-1", OPENAI_API_KEY_2: "sk-secret-2", PARETO_MODEL_EVALUATOR: "compatible/judge", PARETO_COMPATIBLE_URL: "http://10.0.0.5:8000/v1" });
    expect(found.map(({ role, provider, model, setting, usable }) => [role, provider, model, setting, usable])).toEqual([
      ["planner", "openai", "gpt-5-mini", "OPENAI_API_KEY", true],
      ["coordinator", "openai", "gpt-5-mini", "OPENAI_API_KEY", true],
      ["evaluator", "compatible", "judge", "PARETO_MODEL_EVALUATOR", true],
      ["reflection", "openai", "gpt-5-mini", "OPENAI_API_KEY", true],
      ["subagent", "openai", "gpt-5-mini", "OPENAI_API_KEY", true],
    ]);
    expect(found[0]?.detail).toBe("OpenAI, 2 keys, $0.25 in and $2 out per million tokens.");
    expect(found[2]?.detail).toBe("OpenAI-compatible server at 10.0.0.5:8000, without a key, price not known.");
    expect(JSON.stringify(found)).not.toContain("sk-secret");
  });

  it("says what is missing", () => {
    expect(of({})[0]).toMatchObject({ usable: false, detail: "No language model is set up: set PARETO_MODEL to provider/model and the provider's key." });
    expect(of({ ANTHROPIC_API_KEY: "x" })[0]?.detail).toBe("ANTHROPIC_API_KEY is set, but no model is named: set PARETO_MODEL to provider/model.");
  });
});
