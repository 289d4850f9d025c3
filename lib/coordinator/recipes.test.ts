import { describe, expect, it } from "vitest";
import type { Recipe } from "@/lib/experiments/schema";
import { readParams } from "./params-schema";
import { actionOf, checkRecipe, hashOfRecipe, labelOf } from "./recipes";
import { testMethods, testSpec } from "./testing/contexts";

const recipe = (...steps: [string, Record<string, unknown>?][]): Recipe => ({
  version: 1,
  steps: steps.map(([method, params = {}]) => ({ method, params })),
  runtime: "transformers",
});

function problemsOf(candidate: Recipe): string[] {
  const check = checkRecipe(candidate, testMethods, testSpec);
  return check.ok ? [] : check.problems;
}

describe("labels", () => {
  it.each([
    [recipe(), "Uncompressed"],
    [recipe(["gptq", { bits: 4, group_size: 128, calibration_samples: 64 }]), "GPTQ 4-bit g128"],
    [recipe(["int8"]), "INT8"],
    [recipe(["structured", { heads_ratio: 0.25, ffn_ratio: 0.3 }]), "Structured 25 % heads, 30 % FFN"],
    [recipe(["structured", { heads_ratio: 0, ffn_ratio: 0.5 }], ["nf4", { double_quant: true }]), "Structured 50 % FFN + NF4"],
    [recipe(["magnitude", { sparsity: 0.5 }]), "Magnitude 50 %"],
    [recipe(["magnitude", { sparsity: 0.5, granularity: "global" }]), "Magnitude 50 %, granularity global"],
    [recipe(["gptq", { bits: 4, group_size: 128, calibration_samples: 256 }]), "GPTQ 4-bit g128, calibration samples 256"],
    [recipe(["lora", { rank: 16 }]), "LoRA rank 16"],
    [recipe(["distill", { student: "depth", keep_every: 3, ffn_ratio: 0.5, heads_ratio: 0 }]), "Distill to 1 in 3 blocks"],
    [recipe(["distill", { student: "width", keep_every: 2, ffn_ratio: 0.5, heads_ratio: 0 }]), "Distill 50 % FFN"],
    [recipe(["mixed", { budget: "average_bits", value: 3, group_size: 32 }]), "Mixed 3 bits g32"],
    [recipe(["mixed", { budget: "size", value: 0.3, group_size: 32 }]), "Mixed 30 % of the size g32"],
    [{ ...recipe(["int8"]), runtime: "onnxruntime" }, "INT8, ONNX Runtime"],
    [{ ...recipe(), runtime: "onnxruntime" }, "Uncompressed, ONNX Runtime"],
  ])("%o", (given, label) => expect(labelOf(given, testMethods)).toBe(label));
});

describe("checking", () => {
  it("writes the defaults out, so that one recipe said in two ways has one hash", () => {
    const short = checkRecipe(recipe(["gptq"]), testMethods, testSpec);
    const long = checkRecipe(recipe(["gptq", { group_size: 128, calibration_samples: 64, bits: 4 }]), testMethods, testSpec);
    if (!short.ok || !long.ok) throw new Error("both are legal");
    expect(short.recipe.steps[0]?.params).toEqual({ bits: 4, group_size: 128, calibration_samples: 64 });
    expect(hashOfRecipe(short.recipe)).toBe(hashOfRecipe(long.recipe));
  });

  it("does not change what it was given", () => {
    const given = recipe(["gptq"]);
    checkRecipe(given, testMethods, testSpec);
    expect(given.steps[0]?.params).toEqual({});
  });

  it.each([
    [recipe(), /at least one step/],
    [recipe(["quip"]), /no method "quip"/],
    [recipe(["fp8"]), /fp8 is not available here: It needs CUDA/],
    [recipe(["gptq", { bits: 5 }]), /steps\[0\]\.params\.bits.*2,3,4,8/],
    [recipe(["gptq", { width: 4 }]), /additional properties \(width\)/],
    [recipe(["magnitude", { sparsity: 0 }]), /> 0/],
    [recipe(["structured", { heads_ratio: 0, ffn_ratio: 0 }]), /nothing would be removed/],
    [recipe(["structured"], ["gptq", { group_size: 64 }]), /64 does not divide/],
    [recipe(["gptq"], ["structured"]), /order/],
    [recipe(["gptq"], ["int8"]), /at most once/],
    [{ ...recipe(["int8"]), runtime: "vllm" }, /does not run in vllm/],
  ])("refuses %o", (given, problem) => expect(problemsOf(given).join("\n")).toMatch(problem));

  it("refuses a group that does not divide a layer's width", () => {
    const check = checkRecipe(recipe(["gptq"]), testMethods, { ...testSpec, linear_in_features: [192] });
    expect(check).toMatchObject({ ok: false, problems: [expect.stringContaining("128 does not divide the layer widths 192")] });
  });

  it("names the action", () => {
    expect(actionOf(recipe(["gptq"]), testMethods)).toBe("quantization");
    expect(actionOf(recipe(["structured"], ["gptq"]), testMethods)).toBe("pipeline");
  });
});

describe("parameters of a schema", () => {
  it("reads choices, optional values, references and ranges", () => {
    const params = readParams({
      $defs: { Mode: { enum: ["a", "b"], type: "string" } },
      properties: {
        mode: { $ref: "#/$defs/Mode", default: "a" },
        limit: { anyOf: [{ type: "integer", minimum: 1, maximum: 4 }, { type: "null" }], default: null },
        heads_ratio: { type: "number", minimum: 0, maximum: 0.75, default: 0 },
        ratio: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1, default: 0.3 },
        rank: { type: "integer", minimum: 4, maximum: 64, default: 16 },
        free: { type: "number", default: 0.1 },
        text: { type: "string", default: "x" },
        nested: { type: "object", default: {} },
      },
    });
    expect(Object.fromEntries(params.map(({ name, values }) => [name, values]))).toEqual({
      mode: ["a", "b"],
      limit: [1, 4],
      heads_ratio: [0, 0.75],
      ratio: [0, 0.3, 1],
      rank: [4, 16, 64],
      free: [0.1],
    });
  });
});
