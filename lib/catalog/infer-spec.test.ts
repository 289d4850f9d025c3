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

  it("has at least 120 entries, each found by its own name", () => {
    expect(knownModelNames.length).toBeGreaterThanOrEqual(120);
    for (const name of knownModelNames) expect(findKnownModel(`someone/${name}`)).not.toBeNull();
    expect(findKnownModel("someone/thing")).toBeNull();
  });
});

describe("from the name", () => {
  /** Published sizes, in billions of parameters, of models that are not in the list. */
  const heldOut: [model: string, parametersB: number][] = [
    ["Qwen/Qwen2.5-Coder-14B", 14.77],
    ["Qwen/Qwen2.5-Coder-32B", 32.76],
    ["Qwen/Qwen2.5-Math-1.5B", 1.54],
    ["Qwen/Qwen2.5-Math-72B", 72.7],
    ["Qwen/Qwen1.5-4B", 3.95],
    ["Qwen/Qwen1.5-32B", 32.5],
    ["Qwen/Qwen1.5-110B", 111.2],
    ["Qwen/Qwen2-57B-A14B", 57.4],
    ["Qwen/CodeQwen1.5-7B", 7.25],
    ["Qwen/Qwen-7B", 7.72],
    ["Qwen/Qwen-14B", 14.17],
    ["Qwen/Qwen-1_8B", 1.84],
    ["nvidia/Llama-3.1-Nemotron-70B-Instruct", 70.6],
    ["nvidia/Minitron-4B-Base", 4.19],
    ["nvidia/Mistral-NeMo-Minitron-8B-Base", 8.41],
    ["NousResearch/Hermes-3-Llama-3.1-8B", 8.03],
    ["NousResearch/Hermes-2-Pro-Mistral-7B", 7.24],
    ["teknium/OpenHermes-2.5-Mistral-7B", 7.24],
    ["lmsys/vicuna-33b-v1.3", 32.5],
    ["WizardLM/WizardMath-7B-V1.1", 7.24],
    ["WizardLM/WizardLM-13B-V1.2", 13.0],
    ["tiiuae/falcon-11B", 11.1],
    ["tiiuae/Falcon3-3B-Base", 3.23],
    ["tiiuae/Falcon3-10B-Base", 10.3],
    ["01-ai/Yi-9B", 8.83],
    ["01-ai/Yi-1.5-34B", 34.4],
    ["01-ai/Yi-Coder-1.5B", 1.48],
    ["allenai/OLMo-2-0325-32B", 32.2],
    ["allenai/Llama-3.1-Tulu-3-8B", 8.03],
    ["allenai/OLMoE-1B-7B-0924", 6.92],
    ["allenai/tulu-2-dpo-70b", 69.0],
    ["ibm-granite/granite-7b-base", 6.74],
    ["ibm-granite/granite-20b-code-base", 20.1],
    ["ibm-granite/granite-34b-code-base", 33.7],
    ["bigcode/starcoderbase-1b", 1.14],
    ["bigcode/starcoderbase-3b", 3.04],
    ["bigcode/starcoderbase-7b", 7.33],
    ["Salesforce/xgen-7b-8k-base", 6.9],
    ["stabilityai/stablelm-3b-4e1t", 2.8],
    ["stabilityai/stable-code-3b", 2.8],
    ["stabilityai/stablelm-2-12b", 12.1],
    ["EleutherAI/llemma_7b", 6.74],
    ["EleutherAI/llemma_34b", 33.7],
    ["codellama/CodeLlama-70b-hf", 69.0],
    ["meta-llama/Llama-Guard-3-8B", 8.03],
    ["openlm-research/open_llama_13b", 13.0],
    ["internlm/internlm2-20b", 19.9],
    ["internlm/internlm2-1_8b", 1.89],
    ["baichuan-inc/Baichuan2-13B-Base", 13.9],
    ["THUDM/glm-4-9b", 9.4],
    ["deepseek-ai/deepseek-math-7b-base", 6.91],
    ["deepseek-ai/deepseek-moe-16b-base", 16.4],
    ["deepseek-ai/DeepSeek-R1-Distill-Qwen-14B", 14.77],
    ["deepseek-ai/DeepSeek-R1-Distill-Llama-70B", 70.6],
    ["mistralai/Mistral-Small-3.1-24B-Base-2503", 24.0],
    ["mistralai/Mathstral-7B-v0.1", 7.25],
    ["upstage/SOLAR-10.7B-v1.0", 10.7],
    ["CohereForAI/aya-23-35B", 35.0],
    ["openbmb/MiniCPM-2B-sft-bf16", 2.72],
    ["openbmb/MiniCPM3-4B", 4.07],
    ["google/codegemma-7b", 8.54],
    ["microsoft/Orca-2-13b", 13.0],
    ["apple/OpenELM-1_1B", 1.08],
    ["h2oai/h2o-danube-1.8b-base", 1.83],
    ["EleutherAI/pythia-31m", 0.031],
  ];

  it("is within a tenth of the truth for 95 % of models that are not in the list", () => {
    const outside = heldOut.filter(([model]) => findKnownModel(model) === null);
    expect(outside.length).toBeGreaterThanOrEqual(60);
    const close = outside.filter(([model, truth]) => Math.abs((parametersInName(model) ?? 0) / (truth * 1e9) - 1) <= 0.1);
    expect(close.length / outside.length).toBeGreaterThanOrEqual(0.95);
  });

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
