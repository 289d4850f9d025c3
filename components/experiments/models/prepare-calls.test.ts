import { describe, expect, it } from "vitest";
import type { ModelCallSummary, ModelUse } from "@/lib/coordinator/models/schema";
import { groupByEpisode, prepareCall, prepareRoles, spendText } from "./prepare-calls";

const call: ModelCallSummary = { id: "1", episode: 2, role: "coordinator", provider: "openai", model: "gpt-5-mini", tokensIn: 12345, tokensOut: 67, usd: 0.00322, ms: 3210, attempts: 1, error: null, at: "" };
const use = (spend: Partial<ModelUse["spend"]>, usable = true): ModelUse => ({
  spend: { calls: 0, tokensIn: 0, tokensOut: 0, usd: 0, unpricedCalls: 0, uncountedCalls: 0, ...spend },
  calls: [],
  roles: [{ role: "coordinator", provider: "openai", model: "gpt-5-mini", setting: null, usable, detail: "", keys: 1, price: null }],
});
const free = { usd: null, tokens: null };

describe("a call in words", () => {
  it("has its tokens, its price and its time", () => {
    expect(prepareCall(call)).toMatchObject({ title: "Coordinator · openai/gpt-5-mini", facts: "12,345 tokens in, 67 out · $0.00322 · 3.2 s", error: null });
  });

  it("says what is not known, and what went wrong", () => {
    const facts = "tokens not known · price not known · no end on record · 4 requests";
    expect(prepareCall({ ...call, tokensIn: null, usd: null, ms: null, attempts: 4, error: "could not be reached" })).toMatchObject({ facts, error: "The model could not be reached." });
  });
});

describe("what was spent", () => {
  it("is told with its caps", () => {
    expect(spendText(use({ calls: 2, tokensIn: 1000, tokensOut: 500, usd: 0.0125 }), { usd: 5, tokens: 20000 })).toBe("2 calls, 1,500 tokens, $0.0125, at most $5 and 20,000 tokens");
  });

  it("leaves nothing unknown out", () => {
    expect(spendText(use({ calls: 1, unpricedCalls: 1, uncountedCalls: 1 }), free)).toBe("1 call, 0 tokens and 1 uncounted call, price not known");
    expect(spendText(use({ calls: 3, usd: 0.5, unpricedCalls: 2 }), free)).toBe("3 calls, 0 tokens, $0.500 and 2 unpriced calls");
  });

  it("is nothing without a model: then it is said who decides", () => {
    expect(spendText(use({}, false), free)).toBe("none, the search decides");
    expect(spendText(use({}), free)).toBe("openai/gpt-5-mini, not asked yet");
  });
});

it("roles say who plays them and who was asked", () => {
  const asked = { ...use({}), calls: [call, { ...call, model: "gpt-5" }] };
  expect(prepareRoles(asked)).toEqual([{ role: "Coordinator", model: "openai/gpt-5-mini", calls: "2 calls to openai/gpt-5-mini, openai/gpt-5", detail: "" }]);
  expect(prepareRoles(use({}, false))[0]).toMatchObject({ model: "none", calls: "not asked" });
});

it("calls are grouped by episode, the newest first", () => {
  const groups = groupByEpisode([{ ...call, episode: null }, call, { ...call, episode: 3 }, call]);
  expect(groups.map(({ title, calls }) => [title, calls.length])).toEqual([
    ["Episode 3", 1],
    ["Episode 2", 2],
    ["Before the first episode", 1],
  ]);
});
