import { expect, test } from "vitest";
import { steerWords } from "./steer-words";

test("each change is said in a few words", () => {
  expect(steerWords({ kind: "pause" })).toBe("paused");
  expect(steerWords({ kind: "method", method: "awq", rule: "forbidden" })).toBe("forbade awq");
  expect(steerWords({ kind: "extend", add: { episodes: 1, carbonGrams: 1.5 } })).toBe("added 1 episode, 1.5 g of CO2");
  expect(steerWords({ kind: "next", recipe: null })).toBe("took back the next step");
  expect(steerWords({ kind: "next", recipe: { version: 1, steps: [{ method: "gptq", params: { bits: 3 } }], runtime: "transformers" } })).toMatch(/^set the next step: .*gptq/i);
});
