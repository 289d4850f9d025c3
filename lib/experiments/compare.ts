import type { FigureRange, PairedDifference } from "./page-schema";
import { readItems } from "./queries";

/** Differences of the others to the first of `numbers`, from the answers to the same items. */
export async function compareSolutions(experimentId: string, numbers: readonly number[]): Promise<PairedDifference[]> {
  const [first, ...others] = numbers;
  const items = await readItems(experimentId, numbers);
  const reference = items.get(first as number) ?? {};
  return others.map((number) => ({ number, ...pairedDifferences(reference, items.get(number) ?? {}) }));
}

/**
 * Mean differences with 95 % intervals, by the normal approximation over items; items answered alike by both carry
 * no doubt, which is why this sees smaller differences than two intervals side by side. A benchmark whose items
 * differ in number is left out, and then there is no overall difference either.
 */
export function pairedDifferences(reference: Record<string, number[]>, other: Record<string, number[]>): Omit<PairedDifference, "number"> {
  const names = Object.keys(reference);
  const parts = names.flatMap((name) => {
    const before = reference[name] ?? [];
    const after = other[name] ?? [];
    if (before.length < 2 || before.length !== after.length) return [];
    const differences = before.map((score, index) => (after[index] as number) - score);
    const mean = differences.reduce((sum, each) => sum + each, 0) / differences.length;
    const squares = differences.reduce((sum, each) => sum + (each - mean) ** 2, 0);
    return [{ name, mean, variance: squares / (differences.length - 1) / differences.length, items: differences.length }];
  });
  const whole = parts.length > 0 && parts.length === names.length && names.length === Object.keys(other).length;
  const mean = parts.reduce((sum, part) => sum + part.mean, 0) / parts.length;
  const variance = parts.reduce((sum, part) => sum + part.variance, 0) / parts.length ** 2;
  return {
    accuracy: whole ? rangeOf(mean, variance) : null,
    benchmarks: parts.map((part) => ({ name: part.name, difference: rangeOf(part.mean, part.variance), items: part.items })),
  };
}

function rangeOf(value: number, variance: number): FigureRange {
  const half = 1.96 * Math.sqrt(variance);
  return { value, low: value - half, high: value + half };
}
