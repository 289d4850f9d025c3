import { expect, test } from "vitest";
import { noRules } from "@/lib/experiments/schema";
import { recipeOfNext, wishesOf } from "./wishes";

const available = { available: true, reason: "", remedy: "" };
const methods = [
  { name: "awq", action: "quantization" as const, runtimes: ["transformers", "onnxruntime"], availability: available },
  { name: "gptq", action: "quantization" as const, runtimes: ["transformers"], availability: available },
  { name: "structured", action: "pruning" as const, runtimes: ["transformers", "onnxruntime"], availability: available },
  { name: "nf4", action: "quantization" as const, runtimes: ["transformers"], availability: { ...available, available: false, reason: "It needs CUDA." } },
];
const item = (text: string, author: "person" | "planner" = "person") => ({ id: text, text, author });

test("a person's items are wishes where they name methods, with the widths beside them", () => {
  const items = [item("AWQ with 3 bits after structured pruning please"), item("be careful"), item("don't try gptq"), item("Store the weights in fewer bits: gptq", "planner")];
  expect(wishesOf({ items }, methods, noRules)).toEqual([{ item: items[0]?.id, text: items[0]?.text, names: ["awq", "structured", "3-bit"], obstacle: null }]);
});

test("what cannot be followed at all says why", () => {
  const wishes = wishesOf({ items: [item("try nf4"), item("try gptq"), item("awq or gptq")] }, methods, { ...noRules, forbidden: ["gptq"] });
  expect(wishes.map(({ obstacle }) => obstacle)).toEqual(["nf4 is not available here: It needs CUDA.", "a person ruled gptq out.", null]);
});

test("the next step of a look back is one recipe, in the order that is legal, or none", () => {
  const next = (...names: string[]) => recipeOfNext({ next: { text: "", methods: names } }, methods);
  expect(next("awq", "structured")).toEqual([{ version: 1, steps: [{ method: "structured", params: {} }, { method: "awq", params: {} }], runtime: "onnxruntime" }]);
  expect([next("awq", "gptq"), next("nf4"), recipeOfNext({ next: null }, methods)]).toEqual([[], [], []]);
});
