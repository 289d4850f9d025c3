import { objectiveKeys, type Figures, type ObjectiveKey } from "@/lib/domain/objectives";
import type { ModelSpec, Recipe } from "@/lib/experiments/schema";
import type { DecisionContext } from "../context";
import { bitsName, ffnName, groupName, headsName, layersName, rankShareName, shareName } from "../param-names";
import type { Space } from "../space";

/**
 * What an untried recipe is expected to measure, as ratios to the baseline.
 *
 * Prior: the size is counted from bits, groups and removed shares; the other figures come from rules of thumb.
 * Correction: the mean log error of the prior on tried recipes, weighted by exp(−distance). The standard deviation
 * shrinks as tried recipes come near. It ranks candidates; it is never shown as a measurement.
 */

export interface Prediction {
  mean: Figures;
  /** Standard deviation of the logarithm of each ratio. */
  deviation: Figures;
  /** 0 to 1, from the outcome of near recipes. */
  success: number;
}

/** Weight of the prior against tried recipes; one recipe at distance 0 counts twice as much. */
const priorWeight = 0.5;

export class Predictor {
  readonly #observed: { recipe: Recipe; errors: Figures }[];
  readonly #failed: Recipe[];

  constructor(
    private readonly context: DecisionContext,
    private readonly space: Space,
  ) {
    const smallest = 1e-6;
    this.#observed = context.solutions.map(({ recipe, figures }) => {
      const prior = priorOf(recipe, context.spec);
      return { recipe, errors: each((key) => Math.log(Math.max(smallest, figures[key] / context.baseline[key]) / prior.mean[key])) };
    });
    this.#failed = context.failures.flatMap(({ recipe }) => (recipe ? [recipe] : []));
  }

  predict(recipe: Recipe): Prediction {
    const prior = priorOf(recipe, this.context.spec);
    const weights = this.#observed.map((tried) => Math.exp(-this.distance(recipe, tried.recipe)));
    const total = weights.reduce((sum, weight) => sum + weight, priorWeight);
    const failed = this.#failed.reduce((sum, tried) => sum + Math.exp(-this.distance(recipe, tried)), 0);
    const shrink = Math.sqrt(priorWeight / total);
    return {
      mean: each((key) => {
        const correction = this.#observed.reduce((sum, { errors }, i) => sum + (weights[i] as number) * errors[key], 0) / total;
        return prior.mean[key] * Math.exp(correction);
      }),
      deviation: each((key) => prior.deviation[key] * shrink),
      success: 1 - failed / (failed + total),
    };
  }

  /** One for each method that only one of the two has and for another runtime, and up to one for each differing parameter. */
  distance(a: Recipe, b: Recipe): number {
    let distance = a.runtime === b.runtime ? 0 : 1;
    for (const step of a.steps) {
      const twin = b.steps.find((other) => other.method === step.method);
      if (!twin) distance += 1;
      else {
        for (const param of this.space.params(step.method)) {
          const positions = [step, twin].map(({ params }) => param.values.indexOf(params[param.name] as never));
          const span = Math.max(1, param.values.length - 1);
          const apart = Math.abs((positions[0] as number) - (positions[1] as number)) / span;
          distance += apart * (param.secondary ? 0.1 : 1);
        }
      }
    }
    return distance + b.steps.filter((step) => !a.steps.some((other) => other.method === step.method)).length;
  }
}

interface Prior {
  mean: Figures;
  deviation: Figures;
}

/** Share of the accuracy that is lost at this many bits per weight with plain rounding. */
const lossOfBits: readonly [bits: number, loss: number][] = [[2, 0.4], [3, 0.08], [4, 0.03], [8, 0.003]];
const calibrated = /gptq|autoround|awq/;

/** The prior of a recipe; the uncompressed model has ratio 1 everywhere and no doubt about it. */
export function priorOf(recipe: Recipe, spec: ModelSpec): Prior {
  const linear = linearShareOf(spec);
  let size = 1;
  let work = 1;
  let accuracy = 1;
  for (const { method, params } of recipe.steps) {
    const width = bitsOf(method, params);
    const cut = cutOf(method, params);
    const zeros = zerosOf(method, params);
    if (width !== null) {
      const groupSize = numberOf(params, groupName) ?? 128;
      const perWeight = width + (groupSize > 0 ? 16 / groupSize : 0);
      size *= linear * Math.min(1, perWeight / storedBitsOf(spec)) + (1 - linear);
      accuracy *= 1 - lossAt(width) * (calibrated.test(method) ? 0.6 : 1);
    }
    if (cut > 0) {
      size *= linear * (1 - cut) + (1 - linear);
      work *= 1 - 0.8 * cut;
      accuracy *= 1 - Math.min(0.95, 0.8 * cut ** 1.3);
    }
    if (zeros > 0) accuracy *= 1 - Math.min(0.95, zeros ** 3);
  }
  const loss = 1 - accuracy;
  const elsewhere = recipe.runtime !== "transformers";
  if (elsewhere) {
    // A packed kernel reads what is stored; other runtimes keep what is not packed in 32 bits.
    const packed = recipe.steps.map(({ method, params }) => bitsOf(method, params)).find((bits) => bits !== null);
    work *= packed ? 0.1 + 0.04 * packed : 0.6;
    if (!packed) size *= 32 / storedBitsOf(spec);
  }
  return {
    mean: {
      accuracy,
      latency_ms: work,
      memory_gb: elsewhere ? 0.25 + 0.5 * size : 0.5 + 0.5 * size,
      model_size_gb: size,
      co2_grams: work,
    },
    deviation: {
      accuracy: 0.02 + 0.6 * loss,
      latency_ms: elsewhere ? 0.4 : 0.12,
      memory_gb: elsewhere ? 0.3 : 0.15,
      model_size_gb: 0.04,
      co2_grams: elsewhere ? 0.4 : 0.15,
    },
  };
}

function lossAt(bits: number): number {
  const above = lossOfBits.find(([known]) => known >= bits) ?? (lossOfBits.at(-1) as readonly [number, number]);
  return above[1];
}

/** Share of the parameters that quantization and pruning touch: all but the embedding. */
export function linearShareOf(spec: ModelSpec): number {
  const { value: parameters } = spec.parameters;
  const { value: vocabulary } = spec.vocabulary;
  const hidden = Math.min(...spec.linear_in_features);
  if (!parameters || !vocabulary || !Number.isFinite(hidden)) return 0.9;
  return Math.min(1, Math.max(0.1, 1 - (vocabulary * hidden) / parameters));
}

function storedBitsOf(spec: ModelSpec): number {
  const { value: parameters } = spec.parameters;
  const bits = parameters ? (spec.model_size_gb.value * 8e9) / parameters : 16;
  return bits > 24 ? 32 : bits > 12 ? 16 : 8;
}

type Params = Record<string, unknown>;

function numberOf(params: Params, pattern: RegExp): number | null {
  const values = Object.entries(params).flatMap(([name, value]) => (pattern.test(name) && typeof value === "number" ? [value] : []));
  return values[0] ?? null;
}

function bitsOf(method: string, params: Params): number | null {
  const named = /(?:int|nf|fp|w)(\d)/.exec(method)?.[1];
  return numberOf(params, bitsName) ?? (named ? Number(named) : null);
}

/** Share of the linear layers' weights that a cut takes out: attention is about a third of a block, the FFN the rest. */
function cutOf(method: string, params: Params): number {
  if (/svd/.test(method)) return 1 - (numberOf(params, rankShareName) ?? 0.5);
  if (!/^structured|depth|width/.test(method)) return 0;
  const heads = shareOf(params, headsName);
  const ffn = shareOf(params, ffnName);
  const layers = shareOf(params, layersName) ?? 0;
  const blocks = heads === null && ffn === null ? (shareOf(params, shareName) ?? 0) : (heads ?? 0) / 3 + ((ffn ?? 0) * 2) / 3;
  return 1 - (1 - blocks) * (1 - layers);
}

function shareOf(params: Params, pattern: RegExp): number | null {
  const value = numberOf(params, pattern);
  return value !== null && value <= 1 ? value : null;
}

function zerosOf(method: string, params: Params): number {
  return /magnitude|wanda|sparsegpt/.test(method) ? (numberOf(params, shareName) ?? 0.5) : 0;
}

function each(value: (key: ObjectiveKey) => number): Figures {
  return Object.fromEntries(objectiveKeys.map((key) => [key, value(key)])) as Figures;
}
