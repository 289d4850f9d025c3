import { expect, test } from "vitest";
import { wishesOf } from "./wishes";

const available = { available: true, reason: "", remedy: "" };
const methods = [
  { name: "awq", action: "quantization" as const, runtimes: ["transformers", "onnxruntime"], availability: available },
  { name: "gptq", action: "quantization" as const, runtimes: ["transformers"], availability: available },
  { name: "structured", action: "pruning" as const, runtimes: ["transformers", "onnxruntime"], availability: available },
  { name: "nf4", action: "quantization" as const, runtimes: ["transformers"], availability: { ...available, available: false } },
];

test("a person's items become recipes of the methods that they name, in the order that is legal", () => {
  const items = [
    { text: "AWQ after structured pruning please", author: "person" as const },
    { text: "try nf4", author: "person" as const },
    { text: "be careful", author: "person" as const },
    { text: "Store the weights in fewer bits: gptq", author: "planner" as const },
  ];
  expect(wishesOf({ items, next: { text: "Look around GPTQ", methods: ["gptq"] } }, methods)).toEqual([
    { version: 1, steps: [{ method: "structured", params: {} }, { method: "awq", params: {} }], runtime: "onnxruntime" },
    { version: 1, steps: [{ method: "gptq", params: {} }], runtime: "transformers" },
  ]);
});

test("two methods of one kind are no recipe", () => {
  expect(wishesOf({ items: [{ text: "awq or gptq", author: "person" }], next: null }, methods)).toEqual([]);
});
