import { AppError } from "@/lib/errors";
import type { ModelSpec } from "@/lib/experiments/schema";
import type { components } from "@/lib/runner/openapi";
import { findKnownModel } from "./known-models";

export type ModelFacts = components["schemas"]["ModelFacts"];

type Source = ModelSpec["model_size_gb"]["source"];
type Confidence = ModelSpec["model_size_gb"]["confidence"];

/**
 * What is known of a model before it is loaded, each fact with where it is known from. In this order: its own files
 * as the runner read them, the list of well-known models, the size that its name tells (two bytes a parameter).
 * A model of which not even the size is known is refused, since no budget can be planned for it.
 */
export function inferSpec(model: string, facts: ModelFacts | null): ModelSpec {
  if (facts) return fromFacts(model, facts);
  const known = findKnownModel(model);
  if (known) {
    const fact = factOf("database", "medium");
    return {
      ...unknownSpec(model),
      model_size_gb: fact(known.sizeGb),
      parameters: fact(known.parametersB * 1e9),
      model_family: fact(known.family),
      context: fact(known.context),
      license: fact(known.license),
      gated: fact(known.gated),
      ...needsOf(known.sizeGb, known.parametersB * 1e9, "database", "medium"),
    };
  }
  const parameters = parametersInName(model);
  if (parameters === null) {
    const message = `The size of "${model}" is not known: its files could not be read, it is not in the list of known models, and its name tells no size.`;
    const remedy = "Check the name, or give a local folder with the model's files.";
    throw new AppError("invalid_input", message, { remedy, problems: [{ field: "model", message, remedy }] });
  }
  const fact = factOf("name", "low");
  const sizeGb = (parameters * 2) / 1e9;
  return {
    ...unknownSpec(model),
    model_size_gb: fact(sizeGb),
    parameters: fact(parameters),
    model_family: fact(familyInName(model)),
    ...needsOf(sizeGb, parameters, "name", "low"),
    notes: ["The size is guessed from the name, at two bytes a parameter."],
  };
}

function fromFacts(model: string, facts: ModelFacts): ModelSpec {
  const source: Source = facts.source === "hub" ? "hub" : "files";
  const fact = factOf(source, "high");
  const known = facts.source === "hub" ? findKnownModel(model) : null;
  return {
    ...unknownSpec(model),
    revision: facts.revision,
    model_size_gb: fact(facts.size_gb),
    parameters: fact(facts.parameters),
    model_family: fact(facts.family),
    architecture: fact(facts.architecture),
    layers: fact(facts.layers),
    vocabulary: fact(facts.vocabulary),
    context: fact(facts.context || null),
    license: facts.license ? fact(facts.license) : known ? factOf("database", "medium")(known.license) : fact(null),
    // Files on this machine ask nobody's permission.
    gated: facts.source !== "hub" ? fact(false) : known ? factOf("database", "medium")(known.gated) : factOf(source, "low")(null),
    ...needsOf(facts.size_gb, facts.parameters, source, "high"),
    linear_in_features: facts.linear_in_features ?? [],
  };
}

/**
 * Least memory: the weights, a fifth on top for activations and a short KV cache, and 0.5 GB for the libraries.
 * Advised: the weights twice, since calibration holds a block's inputs and the packed copy beside them, and 2 GB.
 */
export function needsOf(sizeGb: number, parameters: number, source: Source, confidence: Confidence) {
  // A formula is never as sure as what it starts from.
  const derived = factOf(source, confidence === "high" ? "medium" : "low");
  return {
    min_vram_gb: derived(rounded(1.2 * sizeGb + 0.5)),
    recommended_vram_gb: derived(rounded(2 * sizeGb + 2)),
    preferred_methods: preferredMethods(parameters),
  };
}

const smallBelow = 3e9;
const largeAbove = 20e9;

/** Small models afford AutoRound's learning; large ones are done in reasonable time by GPTQ, to four bits. */
export function preferredMethods(parameters: number): string[] {
  if (parameters < smallBelow) return ["autoround"];
  return parameters <= largeAbove ? ["gptq", "awq"] : ["gptq"];
}

/**
 * Parameters that a name tells: "7b", "1.1B", "1_8B", "500M", "8x7b"; null when it tells none. Of several the largest,
 * since a mixture of experts also names its active part. "4bit" is not a size.
 */
export function parametersInName(model: string): number | null {
  const name = model.split("@")[0] as string;
  const last = name.split(/[\\/]/).filter(Boolean).at(-1) ?? "";
  const sizes = [...last.matchAll(/(?<=^|[-_. ])(?:(\d+)x)?(\d+(?:[._]\d+)?)([bm])(?=$|[-_. ])/gi)].map(([, experts, amount, unit]) => {
    const each = Number(amount?.replace("_", ".")) * (unit?.toLowerCase() === "b" ? 1e9 : 1e6);
    // Experts share attention and embedding: 8 × 7B has 46.7B and not 56B.
    return experts ? Number(experts) * each * 0.83 : each;
  });
  const largest = Math.max(0, ...sizes);
  return largest > 0 ? largest : null;
}

function familyInName(model: string): string {
  const last = (model.split("@")[0] as string).split(/[\\/]/).filter(Boolean).at(-1) ?? model;
  return /^[A-Za-z]+/.exec(last)?.[0].toLowerCase() ?? "unknown";
}

function factOf(source: Source, confidence: Confidence) {
  return <T>(value: T) => ({ value, source, confidence });
}

function unknownSpec(model: string): Omit<ModelSpec, "model_size_gb" | "model_family" | "min_vram_gb" | "recommended_vram_gb"> {
  const nothing = { value: null, source: "name", confidence: "low" } as const;
  return {
    model,
    revision: null,
    parameters: nothing,
    architecture: nothing,
    layers: nothing,
    vocabulary: nothing,
    context: nothing,
    license: nothing,
    gated: nothing,
    preferred_methods: [],
    linear_in_features: [],
    notes: [],
  };
}

function rounded(gb: number): number {
  return Number(gb.toPrecision(3));
}
