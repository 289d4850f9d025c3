import { describe, expect, it } from "vitest";
import { AppError } from "@/lib/errors";
import { modelSpecSchema } from "@/lib/experiments/schema";
import { inferSpec, parametersInName, preferredMethods, type ModelFacts } from "./infer-spec";
import { findKnownModel, knownModelNames } from "./known-models";

const facts: ModelFacts = {
  model: "pocket",
  source: "pocket",
  revision: "abc123",
  architecture: "LlamaForCausalLM",
  family: "llama",
  parameters: 5_250_000,
  size_gb: 0.0105,
  layers: 6,
  hidden_size: 256,
  intermediate_size: 768,
  heads: 8,
  kv_heads: 4,
  vocabulary: 2048,
  context: 512,
  dtype: "bfloat16",
  license: null,
  linear_in_features: [256, 768],
};

describe("from files", () => {
  it("takes what was read, with high confidence", () => {
    const spec = inferSpec("pocket", facts);
    expect(modelSpecSchema.parse(spec)).toEqual(spec);
    expect(spec).toMatchObject({
      revision: "abc123",
      model_size_gb: { value: 0.0105, source: "files", confidence: "high" },
      parameters: { value: 5_250_000, source: "files" },
      gated: { value: false },
      preferred_methods: ["autoround"],
      linear_in_features: [256, 768],
    });
    expect(spec.min_vram_gb.value).toBeCloseTo(0.513, 3);
    expect(spec.recommended_vram_gb.value).toBeCloseTo(2.02, 2);
  });

  it("goes before the list, which only fills in what files do not tell", () => {
    const spec = inferSpec("meta-llama/Llama-2-7b-hf", { ...facts, source: "hub", size_gb: 13.48, parameters: 6.74e9 });
    expect(spec.model_size_gb).toEqual({ value: 13.48, source: "hub", confidence: "high" });
    expect(spec.license).toEqual({ value: "llama2", source: "database", confidence: "medium" });
    expect(spec.gated.value).toBe(true);
  });
});

describe("from the list", () => {
  it.each([
    ["gpt2", 0.5],
    ["gpt2-medium", 1.4],
    ["openai-community/gpt2-large", 3.0],
    ["gpt2-xl", 6.0],
    ["meta-llama/Llama-2-7b-chat-hf", 14],
    ["meta-llama/Meta-Llama-3-8B-Instruct", 16],
    ["mistralai/Mistral-7B-Instruct-v0.3", 14],
    ["mistralai/Mixtral-8x7B-v0.1", 93],
    ["microsoft/phi-2", 5.5],
    ["Qwen/Qwen2-7B@main", 14],
    ["TinyLlama/TinyLlama-1.1B-Chat-v1.0", 2.2],
  ])("%s has %d GB", (model, sizeGb) => {
    expect(inferSpec(model, null).model_size_gb).toEqual({ value: sizeGb, source: "database", confidence: "medium" });
  });

  it("has about forty entries, each found by its own name", () => {
    expect(knownModelNames.length).toBeGreaterThanOrEqual(40);
    for (const name of knownModelNames) expect(findKnownModel(`someone/${name}`)).not.toBeNull();
    expect(findKnownModel("someone/thing")).toBeNull();
  });
});

describe("from the name", () => {
  it.each([
    ["acme/rocket-7b", 7e9],
    ["acme/rocket-1.1B-chat", 1.1e9],
    ["rocket_500M", 5e8],
    ["acme/rocket-8x7b", 8 * 7e9 * 0.83],
    ["acme/rocket-4bit", null],
    ["acme/rocket", null],
    ["acme/b-movie", null],
    ["/models/7b/rocket", null],
  ])("%s has %d parameters", (model, parameters) => expect(parametersInName(model)).toBe(parameters));

  it("counts two bytes a parameter and says that it is a guess", () => {
    const spec = inferSpec("acme/rocket-7b", null);
    expect(modelSpecSchema.parse(spec)).toEqual(spec);
    expect(spec.model_size_gb).toEqual({ value: 14, source: "name", confidence: "low" });
    expect(spec.model_family.value).toBe("rocket");
    expect(spec.notes.join(" ")).toMatch(/guessed from the name/);
  });
});

it("refuses a model of unknown size, naming the field", () => {
  try {
    inferSpec("acme/rocket", null);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).problems).toEqual([expect.objectContaining({ field: "model" })]);
  }
});

it("prefers methods by size", () => {
  expect(preferredMethods(1e9)).toEqual(["autoround"]);
  expect(preferredMethods(7e9)).toEqual(["gptq", "awq"]);
  expect(preferredMethods(70e9)).toEqual(["gptq"]);
});
