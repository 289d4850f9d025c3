import { expect, test } from "vitest";
import { mayUse, noRules, rulesInWords, withRule } from "./rules-schema";

test("a name stands in one list at most", () => {
  const only = withRule(withRule(noRules, "gptq", "forbidden"), "gptq", "allowed");
  expect(only).toEqual({ ...noRules, allowed: ["gptq"] });
  expect(rulesInWords(withRule(only, "pruning", "forbidden"))).toEqual(["Only gptq", "Never pruning"]);
  expect(withRule(only, "gptq", "free")).toEqual(noRules);
});

test("a method is ruled out by its name or its kind; what its parameters decide is left open", () => {
  const gptq = { name: "gptq", action: "quantization" };
  const may = (change: Partial<typeof noRules>) => mayUse(gptq, { ...noRules, ...change });
  expect([may({}), may({ forbidden: ["pruning"] }), may({ forbidden: ["gptq"] }), may({ forbidden: ["quantization"] })]).toEqual([true, true, false, false]);
  expect([may({ allowed: ["gptq"] }), may({ allowed: ["quantization"] }), may({ allowed: ["pruning"] }), may({ allowed: ["pruning", "4-bit"] })]).toEqual([true, true, false, true]);
});
