/**
 * Sizes of well-known models, for when neither their files nor a hub can be read. GB of the weights as published
 * (mostly 16 bits), rounded; parameters in billions. A size read from files always goes before these.
 */

export interface KnownModel {
  family: string;
  parametersB: number;
  sizeGb: number;
  license: string;
  gated: boolean;
}

const rows: readonly [name: string, family: string, parametersB: number, sizeGb: number, license: string, gated?: boolean][] = [
  ["distilgpt2", "gpt2", 0.082, 0.35, "apache-2.0"],
  ["gpt2", "gpt2", 0.124, 0.5, "mit"],
  ["gpt2-medium", "gpt2", 0.355, 1.4, "mit"],
  ["gpt2-large", "gpt2", 0.774, 3.0, "mit"],
  ["gpt2-xl", "gpt2", 1.558, 6.0, "mit"],
  ["gpt-neo-125m", "gpt_neo", 0.125, 0.53, "mit"],
  ["gpt-neo-1.3b", "gpt_neo", 1.316, 5.3, "mit"],
  ["gpt-j-6b", "gptj", 6.05, 12.1, "apache-2.0"],
  ["opt-125m", "opt", 0.125, 0.25, "other"],
  ["opt-350m", "opt", 0.331, 0.66, "other"],
  ["opt-1.3b", "opt", 1.316, 2.6, "other"],
  ["opt-6.7b", "opt", 6.66, 13.3, "other"],
  ["pythia-70m", "gpt_neox", 0.07, 0.17, "apache-2.0"],
  ["pythia-160m", "gpt_neox", 0.162, 0.38, "apache-2.0"],
  ["pythia-410m", "gpt_neox", 0.405, 0.91, "apache-2.0"],
  ["pythia-1.4b", "gpt_neox", 1.415, 2.9, "apache-2.0"],
  ["pythia-6.9b", "gpt_neox", 6.86, 13.8, "apache-2.0"],
  ["bloom-560m", "bloom", 0.559, 1.1, "bigscience-bloom-rail-1.0"],
  ["bloom-7b1", "bloom", 7.07, 14.1, "bigscience-bloom-rail-1.0"],
  ["falcon-7b", "falcon", 7.22, 14.4, "apache-2.0"],
  ["tinyllama-1.1b", "llama", 1.1, 2.2, "apache-2.0"],
  ["llama-2-7b", "llama", 6.74, 14, "llama2", true],
  ["llama-2-13b", "llama", 13.0, 26, "llama2", true],
  ["llama-2-70b", "llama", 69.0, 138, "llama2", true],
  ["llama-3-8b", "llama", 8.03, 16, "llama3", true],
  ["llama-3-70b", "llama", 70.6, 141, "llama3", true],
  ["llama-3.1-8b", "llama", 8.03, 16, "llama3.1", true],
  ["llama-3.2-1b", "llama", 1.24, 2.5, "llama3.2", true],
  ["llama-3.2-3b", "llama", 3.21, 6.4, "llama3.2", true],
  ["mistral-7b", "mistral", 7.24, 14, "apache-2.0"],
  ["mixtral-8x7b", "mixtral", 46.7, 93, "apache-2.0"],
  ["phi-1_5", "phi", 1.42, 2.8, "mit"],
  ["phi-2", "phi", 2.78, 5.5, "mit"],
  ["phi-3-mini-4k", "phi3", 3.82, 7.6, "mit"],
  ["qwen2-0.5b", "qwen2", 0.494, 1.0, "apache-2.0"],
  ["qwen2-1.5b", "qwen2", 1.54, 3.1, "apache-2.0"],
  ["qwen2-7b", "qwen2", 7.62, 14, "apache-2.0"],
  ["qwen2.5-0.5b", "qwen2", 0.494, 1.0, "apache-2.0"],
  ["qwen2.5-7b", "qwen2", 7.62, 15.2, "apache-2.0"],
  ["qwen3-0.6b", "qwen3", 0.752, 1.5, "apache-2.0"],
  ["qwen3-8b", "qwen3", 8.19, 16.4, "apache-2.0"],
  ["smollm2-135m", "llama", 0.135, 0.27, "apache-2.0"],
  ["smollm2-360m", "llama", 0.362, 0.72, "apache-2.0"],
  ["gemma-2b", "gemma", 2.51, 5.0, "gemma", true],
  ["gemma-7b", "gemma", 8.54, 17.1, "gemma", true],
  ["gemma-2-9b", "gemma2", 9.24, 18.5, "gemma", true],
];

const known = new Map<string, KnownModel>(
  rows.map(([name, family, parametersB, sizeGb, license, gated = false]) => [name, { family, parametersB, sizeGb, license, gated }]),
);

export const knownModelNames = [...known.keys()];

/** Finds "meta-llama/Llama-2-7b-chat-hf@main" as "llama-2-7b": variants of one model have its size. */
export function findKnownModel(model: string): KnownModel | null {
  let name = (model.split("@")[0] as string).split("/").at(-1)?.toLowerCase() ?? "";
  name = name.replace(/^meta-/, "");
  for (;;) {
    const found = known.get(name);
    if (found) return found;
    const shorter = name.replace(/-(?:hf|chat|instruct|it|base|v\d+(?:\.\d+)*|intermediate.*|deduped)$/, "");
    if (shorter === name) return null;
    name = shorter;
  }
}
