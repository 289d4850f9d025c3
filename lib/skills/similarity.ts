import { objectiveKeys } from "@/lib/domain/objectives";
import type { SkillContext } from "./schema";

/** What similarity looks at; the rest of a context does not change what a recipe does to a model. */
export type Circumstances = Pick<SkillContext, "revision" | "family" | "parameters" | "device" | "benchmarks" | "goal">;

/**
 * How much of an outcome carries over. Family and size come first because they decide what a recipe does to weights;
 * the device decides only the costs, the benchmarks only the accuracy; a goal changes what is tried, not what comes of it.
 */
const weights = { family: 0.3, size: 0.3, device: 0.2, benchmarks: 0.15, goal: 0.05 };

/** A factor of four in parameters leaves 1/e of the similarity in size. */
const sizeScale = Math.log(4);

/**
 * Similarity of two sets of circumstances, 0 to 1: the weighted mean over the features that both know. Symmetric, and
 * 1 for itself. The same weights (by revision) are alike in family and size whatever either calls them.
 */
export function similarity(a: Circumstances, b: Circumstances): number {
  const same = a.revision !== null && a.revision === b.revision;
  const parts: [weight: number, alike: number | null][] = [
    [weights.family, same ? 1 : alikeNames(a.family, b.family)],
    [weights.size, same ? 1 : alikeSizes(a.parameters, b.parameters)],
    [weights.device, alikeDevices(a.device, b.device)],
    [weights.benchmarks, overlap(a.benchmarks, b.benchmarks)],
    [weights.goal, alikeGoals(a.goal, b.goal)],
  ];
  let [sum, known] = [0, 0];
  for (const [weight, alike] of parts) {
    if (alike === null) continue;
    sum += weight * alike;
    known += weight;
  }
  return known === 0 ? 0 : Math.min(1, sum / known);
}

function alikeNames(a: string, b: string): number | null {
  return a === "" || b === "" ? null : Number(a === b);
}

function alikeSizes(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.exp(-Math.abs(Math.log(a / b)) / sizeScale);
}

/** Another device of the same kind keeps about half: what is faster on one CPU mostly is on another. */
function alikeDevices(a: string, b: string): number | null {
  if (a === "" || b === "") return null;
  if (a === b) return 1;
  return isGpu(a) === isGpu(b) ? 0.5 : 0;
}

/** The runner names a processor with its threads and cores, and a GPU by its name alone. */
function isGpu(device: string): boolean {
  return !/\bcores?$/.test(device);
}

/** Shared names over all names. */
function overlap(a: readonly string[], b: readonly string[]): number | null {
  if (a.length === 0 || b.length === 0) return null;
  const all = new Set([...a, ...b]);
  const [left, right] = [new Set(a), new Set(b)];
  return [...all].filter((name) => left.has(name) && right.has(name)).length / all.size;
}

/** Cosine of the weights. A goal without any weight has no direction and is left out. */
function alikeGoals(a: Circumstances["goal"], b: Circumstances["goal"]): number | null {
  const [u, v] = [a, b].map((goal) => objectiveKeys.map((key) => goal[key] ?? 1)) as [number[], number[]];
  const length = (x: number[]): number => Math.hypot(...x);
  if (length(u) === 0 || length(v) === 0) return null;
  const dot = u.reduce((sum, value, k) => sum + (value / length(u)) * ((v[k] as number) / length(v)), 0);
  return Math.min(1, Math.max(0, dot));
}
