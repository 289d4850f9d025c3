import { objectives, type Direction, type Figures, type ObjectiveKey } from "./objectives";

/**
 * Pareto dominance over any number of objectives with mixed directions.
 *
 * Equal points do not dominate each other, so all of them are on the front. A value that is not finite is refused:
 * NaN compares false with everything and would slip onto every front.
 */

const directionsOfObjectives: readonly Direction[] = objectives.map((objective) => objective.direction);

export function vectorOf(figures: Figures): number[] {
  return objectives.map((objective) => figures[objective.key]);
}

function requireFinite(point: readonly number[], dimensions: number): void {
  if (point.length !== dimensions) {
    throw new RangeError(`A point has ${point.length} values where ${dimensions} objectives are compared.`);
  }
  for (const value of point) {
    if (!Number.isFinite(value)) throw new RangeError(`A point holds ${value}; only finite figures can be compared.`);
  }
}

function beats(a: readonly number[], b: readonly number[], directions: readonly Direction[]): boolean {
  let better = false;
  for (let k = 0; k < directions.length; k++) {
    const gain = directions[k] === "max" ? (a[k] as number) - (b[k] as number) : (b[k] as number) - (a[k] as number);
    if (gain < 0) return false;
    if (gain > 0) better = true;
  }
  return better;
}

/** True when `a` is at least as good as `b` everywhere and better somewhere. */
export function dominates(
  a: readonly number[],
  b: readonly number[],
  directions: readonly Direction[] = directionsOfObjectives,
): boolean {
  requireFinite(a, directions.length);
  requireFinite(b, directions.length);
  return beats(a, b, directions);
}

/** Indices, ascending, of the points that no other point dominates. */
export function paretoFront(
  points: readonly (readonly number[])[],
  directions: readonly Direction[] = directionsOfObjectives,
): number[] {
  for (const point of points) requireFinite(point, directions.length);
  const front: number[] = [];
  points.forEach((point, index) => {
    if (!points.some((other) => beats(other, point, directions))) front.push(index);
  });
  return front;
}

export interface Identified<Id extends string | number = string | number> {
  id: Id;
  figures: Figures;
}

/** Ids of the non-dominated items. */
export function frontOf<Id extends string | number>(items: readonly Identified<Id>[]): Set<Id> {
  const indices = paretoFront(items.map((item) => vectorOf(item.figures)));
  return new Set(indices.map((index) => (items[index] as Identified<Id>).id));
}

/**
 * What a newcomer does to a front: whether it joins, and whom it beats. What is beaten by anyone is beaten by one of
 * the front too, so that nothing else has to be asked.
 */
export function meetFront<Id extends string | number>(newcomer: Figures, front: readonly Identified<Id>[]): { joins: boolean; beaten: Id[] } {
  const point = vectorOf(newcomer);
  requireFinite(point, objectives.length);
  const others = front.map(({ id, figures }) => ({ id, point: vectorOf(figures) }));
  const joins = !others.some((other) => dominates(other.point, point));
  return { joins, beaten: joins ? others.filter((other) => dominates(point, other.point)).map(({ id }) => id) : [] };
}

/** A 95 % interval of each figure. */
export type Intervals = Record<ObjectiveKey, { low: number; high: number }>;

/**
 * True when the newcomer brings a trade-off that no known solution has: against each of them it is better in at
 * least one objective by more than both intervals allow. With five noisy objectives almost every point is
 * non-dominated by a hair, so being on the front alone does not mean that the front has improved.
 */
export function improvesFront(newcomer: Intervals, known: readonly Intervals[]): boolean {
  return known.every((other) =>
    objectives.some(({ key, direction }) =>
      direction === "max" ? newcomer[key].low > other[key].high : newcomer[key].high < other[key].low,
    ),
  );
}
