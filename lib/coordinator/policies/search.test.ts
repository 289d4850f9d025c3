import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Figures } from "@/lib/domain/objectives";
import type { Recipe } from "@/lib/experiments/schema";
import type { DecisionContext } from "../context";
import { checkRecipe, hashOfRecipe } from "../recipes";
import { after, testBaseline, testContext, testMethods, testRuntimes, testSpec } from "../testing/contexts";
import { searchDecision, triedHashes } from "./search";

const scaled = (factors: Partial<Figures>): Figures =>
  Object.fromEntries(
    Object.entries(testBaseline).map(([key, value]) => [key, value * (factors[key as keyof Figures] ?? 1)]),
  ) as Figures;

/** Plays episodes with figures (or failures) that `outcome` gives, and returns what was decided. */
function play(episodes: number, outcome: (recipe: Recipe, episode: number) => Figures | null, start = testContext()) {
  let context = start;
  const decided: { label: string; recipe: Recipe; context: DecisionContext }[] = [];
  for (let episode = 1; episode <= episodes; episode++) {
    const { recipe, label } = searchDecision(context);
    if (!recipe) break;
    decided.push({ label, recipe, context });
    context = after(context, recipe, outcome(recipe, episode));
  }
  return { decided, context };
}

describe("search policy", () => {
  it("opens with one recipe of each kind", () => {
    const { decided } = play(6, () => scaled({ model_size_gb: 0.5 }));
    expect(decided.map(({ label }) => label)).toEqual([
      "INT8",
      "Structured 25 % FFN",
      "GPTQ 4-bit g128",
      "Magnitude 50 %",
      "Structured 25 % FFN + GPTQ 4-bit g32",
      "AutoRound 4-bit g128",
    ]);
  });

  it("runs packed weights where they are computed packed, and never in a runtime that does not load them", () => {
    const runtimes = [...testRuntimes, { name: "onnxruntime", title: "ONNX Runtime", summary: "" }];
    const methods = testMethods.map((method) => (["gptq", "structured"].includes(method.name) ? { ...method, runtimes: ["transformers", "onnxruntime"] } : method));
    const { decided } = play(10, () => scaled({ model_size_gb: 0.5 }), testContext({ methods, runtimes }));
    const labels = decided.map(({ label }) => label);
    expect(labels).toContain("GPTQ 4-bit g128, ONNX Runtime");
    expect(labels).toContain("Uncompressed, ONNX Runtime");
    expect(labels).toContain("Magnitude 50 %");
    for (const { recipe } of decided) expect(checkRecipe(recipe, methods, testSpec).ok).toBe(true);
  });

  it("is deterministic", () => {
    const context = play(9, () => scaled({ accuracy: 0.9, model_size_gb: 0.5 })).context;
    expect(searchDecision(structuredClone(context))).toEqual(searchDecision(context));
  });

  it("gives a reason, a legal recipe and ranked alternatives", () => {
    const context = play(9, () => scaled({ accuracy: 0.95, model_size_gb: 0.6 })).context;
    const decision = searchDecision(context);
    expect(decision.decidedBy).toBe("search");
    expect(decision.reasoning).toMatch(/expected at accuracy .* size .* latency/);
    expect(checkRecipe(decision.recipe as Recipe, testMethods, testSpec).ok).toBe(true);
    expect(decision.alternatives.length).toBeGreaterThan(0);
    const scores = decision.alternatives.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  it("never repeats a recipe, failed or not, and never leaves the legal space", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.record({ accuracy: fc.double({ min: 0, max: 1.1, noNaN: true }), model_size_gb: fc.double({ min: 0.1, max: 1.2, noNaN: true }) })), { minLength: 14, maxLength: 14 }), (outcomes) => {
        const { decided } = play(14, (_, episode) => {
          const outcome = outcomes[episode - 1];
          return outcome ? scaled(outcome) : null;
        });
        const hashes = decided.map(({ recipe }) => hashOfRecipe(recipe));
        expect(new Set(hashes).size).toBe(hashes.length);
        for (const { recipe } of decided) {
          expect(checkRecipe(recipe, testMethods, testSpec).ok).toBe(true);
          expect(recipe.steps.some(({ method }) => method === "fp8")).toBe(false);
        }
      }),
      { numRuns: 15 },
    );
  });

  it("goes on near what worked: a cut that pays is taken further", () => {
    const outcome = (recipe: Recipe): Figures => {
      const cut = recipe.steps.find(({ method }) => method === "structured");
      const share = Number(cut?.params.ffn_ratio ?? 0);
      return scaled({ latency_ms: 1 - share, co2_grams: 1 - share, memory_gb: 1 - share / 2, model_size_gb: 1 - share, accuracy: 1 - share / 20 });
    };
    const { decided } = play(14, outcome);
    const later = decided.slice(8).filter(({ recipe }) => recipe.steps.some(({ method }) => method === "structured"));
    expect(later.length).toBeGreaterThanOrEqual(4);
  });

  it("leaves a failed method's picks aside", () => {
    const { decided } = play(6, (recipe) => (recipe.steps.some(({ method }) => method === "gptq") ? null : scaled({})));
    expect(decided.filter(({ recipe }) => recipe.steps.some(({ method }) => method === "gptq")).map(({ label }) => label)).toEqual(["GPTQ 4-bit g128"]);
  });

  it("chooses a group that divides the layers", () => {
    const context = testContext({ spec: { ...testSpec, linear_in_features: [192, 576] } });
    const { decided } = play(3, () => scaled({}), context);
    expect(decided[2]?.label).toBe("GPTQ 4-bit g64");
  });

  it("ends when nothing legal is left, and says why", () => {
    const nf4 = testMethods.filter(({ name }) => name === "nf4");
    const { decided, context } = play(5, () => scaled({}), testContext({ methods: nf4 }));
    expect(decided.map(({ label }) => label)).toEqual(["NF4"]);
    expect(searchDecision(context)).toMatchObject({ action: "end", recipe: null });
    expect(triedHashes(context).size).toBe(2);
    const none = searchDecision(testContext({ methods: testMethods.filter(({ name }) => name === "fp8") }));
    expect(none).toMatchObject({ action: "end", reasoning: expect.stringContaining("No compression method") as string });
  });
});
