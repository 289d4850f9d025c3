import { expect, test } from "vitest";
import { recipeText } from "./recipe-text";

test("steps in order with their parameters, then the runtime", () => {
  const steps = [
    { method: "gptq", params: { bits: 4, group_size: 128 } },
    { method: "prune", params: { layers: [1, 2] } },
    { method: "int8", params: {} },
  ];
  expect(recipeText({ version: 1, steps, runtime: "transformers" })).toBe("gptq(bits=4, group_size=128) → prune(layers=[1,2]) → int8 · transformers");
});

test("no steps is the uncompressed model", () => {
  expect(recipeText({ version: 1, steps: [], runtime: "onnxruntime" })).toBe("uncompressed · onnxruntime");
});
