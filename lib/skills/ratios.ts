import { objectiveKeys, type ObjectiveKey } from "@/lib/domain/objectives";
import type { Ranges } from "./schema";

type Range = Ranges[ObjectiveKey];
type Measured = Record<ObjectiveKey, Range>;

/**
 * Each figure over the baseline's, with a 95 % interval. Costs: the relative half widths of both add up in squares on
 * a logarithmic scale, since the two are measured apart. Accuracy: from the paired difference where there is one,
 * which is narrower because both answered the same items.
 */
export function ratiosOf(figures: Measured, baseline: Measured, accuracyDelta: Range | null): Ranges {
  const ratios = mapObjectives((key) => ratioOf(figures[key], baseline[key]));
  const base = baseline.accuracy.value;
  if (accuracyDelta && base > 0) {
    // Centred on the ratio of the two figures: the paired difference weighs benchmarks alike, as the figure does.
    const { value } = ratios.accuracy;
    ratios.accuracy = { value, low: value - (accuracyDelta.value - accuracyDelta.low) / base, high: value + (accuracyDelta.high - accuracyDelta.value) / base };
  }
  return ratios;
}

export function rangesOf(figures: Measured): Ranges {
  return mapObjectives((key) => {
    const { value, low, high } = figures[key];
    return { value, low: Math.min(low, value), high: Math.max(high, value) };
  });
}

export function halfWidths(ranges: Ranges): Record<ObjectiveKey, number> {
  return Object.fromEntries(objectiveKeys.map((key) => [key, (ranges[key].high - ranges[key].low) / 2])) as Record<ObjectiveKey, number>;
}

function ratioOf(figure: Range, baseline: Range): Range {
  const value = figure.value / baseline.value;
  const below = Math.hypot(share(figure.value, figure.low), share(baseline.high, baseline.value));
  const above = Math.hypot(share(figure.high, figure.value), share(baseline.value, baseline.low));
  return { value, low: value * Math.exp(-below), high: value * Math.exp(above) };
}

/** Natural logarithm of a ratio of at least 1; nothing where an end is not positive, as for an accuracy of zero. */
function share(larger: number, smaller: number): number {
  return larger > smaller && smaller > 0 ? Math.log(larger / smaller) : 0;
}

function mapObjectives(value: (key: ObjectiveKey) => Range): Ranges {
  return Object.fromEntries(objectiveKeys.map((key) => [key, value(key)])) as Ranges;
}
