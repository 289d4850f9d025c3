import { objectives, type Figures, type ObjectiveKey } from "./objectives";

/**
 * Hypervolume: the volume that a front dominates, in figures divided by the baseline's, up to the reference point
 * of half the baseline's accuracy and 1.1 times each of its costs. Larger is better. It is the raw volume in that
 * space: the baseline alone has 0.5 · 0.1⁴ = 0.00005, and equal accuracy at half of every cost 0.5 · 0.6⁴ = 0.0648.
 * A point that does not beat the reference in every objective contributes nothing.
 */

export const referenceAccuracyShare = 0.5;
export const referenceCostFactor = 1.1;

/** The reference in normalised space. It does not depend on the baseline's figures, but they must be usable. */
export function referenceOf(baseline: Figures): Figures {
  requireUsableBaseline(baseline);
  return mapObjectives((_, direction) => (direction === "max" ? referenceAccuracyShare : referenceCostFactor));
}

/** Why nothing can be divided by this baseline, or null when it is usable. */
export function baselineProblem(baseline: Figures): string | null {
  for (const { key, label } of objectives) {
    const value = baseline[key];
    if (!(Number.isFinite(value) && value > 0)) {
      return `The uncompressed model's ${label.toLowerCase()} is ${value}; it must be more than zero, since every other figure is divided by it.`;
    }
  }
  return null;
}

function requireUsableBaseline(baseline: Figures): void {
  const problem = baselineProblem(baseline);
  if (problem) throw new RangeError(problem);
}

/** Each figure divided by the baseline's. */
export function normalise(figures: Figures, baseline: Figures): Figures {
  requireUsableBaseline(baseline);
  return mapObjectives((key) => {
    const value = figures[key];
    if (!Number.isFinite(value)) throw new RangeError(`The figure ${key} is ${value}; only finite figures can be compared.`);
    return value / baseline[key];
  });
}

/** How far a point is inside the reference in each objective; null when it is not inside in all of them. */
export function gainsOf(point: Figures, baseline: Figures): number[] | null {
  const reference = referenceOf(baseline);
  const scaled = normalise(point, baseline);
  const gains = objectives.map(({ key, direction }) =>
    direction === "max" ? scaled[key] - reference[key] : reference[key] - scaled[key],
  );
  return gains.every((gain) => gain > 0) ? gains : null;
}

export function hypervolume(points: readonly Figures[], baseline: Figures): number {
  requireUsableBaseline(baseline);
  return volumeAboveOrigin(points.flatMap((point) => {
    const gains = gainsOf(point, baseline);
    return gains ? [gains] : [];
  }));
}

/** What `point` would add to the hypervolume of `front`; nothing where it is beaten, or outside the reference. */
export function addedHypervolume(point: Figures, front: readonly Figures[], baseline: Figures): number {
  const gains = gainsOf(point, baseline);
  return gains ? addedVolume(gains, front.map((other) => gainsOf(other, baseline)).filter((other) => other !== null)) : 0;
}

/** The volume that `point` would add to `others`, all of them gains: its box less what the others cover of it. */
export function addedVolume(point: readonly number[], others: readonly (readonly number[])[]): number {
  const covered = others.map((other) => point.map((value, k) => Math.min(value, other[k] as number)));
  return Math.max(0, product(point, point.length) - volumeAboveOrigin(covered));
}

/**
 * Volume of the union of the boxes between the origin and each point (all values positive), by the WFG algorithm
 * (While, Bradstreet, Barone, 2012): each point adds its own box less what the points after it already cover.
 */
export function volumeAboveOrigin(points: readonly (readonly number[])[]): number {
  return volume(nonDominated(points.map((point) => [...point])), points[0]?.length ?? 0);
}

function volume(front: number[][], dimensions: number): number {
  if (front.length === 0) return 0;
  if (front.length === 1) return product(front[0] as number[], dimensions);
  if (dimensions === 1) return Math.max(...front.map((point) => point[0] as number));
  const last = dimensions - 1;
  // Sorted this way, every later point reaches at least as far in the last objective, so that the part of it
  // inside an earlier point's box has the earlier point's value there and one dimension can be dropped.
  const sorted = [...front].sort((a, b) => (a[last] as number) - (b[last] as number));
  if (dimensions === 2) return staircase(sorted);
  let total = 0;
  for (let i = 0; i < sorted.length; i++) {
    const point = sorted[i] as number[];
    const covered = sorted.slice(i + 1).map((other) => point.slice(0, last).map((value, k) => Math.min(value, other[k] as number)));
    total += (point[last] as number) * (product(point, last) - volume(nonDominated(covered), last));
  }
  return total;
}

/** Two objectives, sorted ascending by the second: the union is a staircase. */
function staircase(sorted: readonly number[][]): number {
  let area = 0;
  let reached = 0;
  for (let i = sorted.length - 1; i >= 0; i--) {
    const [x, y] = sorted[i] as [number, number];
    if (x > reached) {
      area += (x - reached) * y;
      reached = x;
    }
  }
  return area;
}

/** Points not covered by another; of equal ones the first is kept, as a copy would add nothing. */
function nonDominated(points: number[][]): number[][] {
  const kept: number[][] = [];
  for (const point of points) {
    if (kept.some((other) => covers(other, point))) continue;
    for (let i = kept.length - 1; i >= 0; i--) if (covers(point, kept[i] as number[])) kept.splice(i, 1);
    kept.push(point);
  }
  return kept;
}

function covers(a: readonly number[], b: readonly number[]): boolean {
  for (let k = 0; k < b.length; k++) if ((a[k] as number) < (b[k] as number)) return false;
  return true;
}

function product(point: readonly number[], dimensions: number): number {
  let result = 1;
  for (let k = 0; k < dimensions; k++) result *= point[k] as number;
  return result;
}

function mapObjectives(value: (key: ObjectiveKey, direction: "max" | "min") => number): Figures {
  return Object.fromEntries(objectives.map(({ key, direction }) => [key, value(key, direction)])) as Figures;
}
