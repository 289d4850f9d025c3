import { objectives, type ObjectiveKey } from "./objectives";

/**
 * How often each solution is on the front when every figure is drawn anew from its own 95 % interval.
 *
 * Each figure is drawn from a normal distribution whose halves fit the two ends of the interval, apart from all other
 * figures. Errors that solutions share, such as a warm machine, move them all and are not in it, so that a share is
 * rather too near to a half than too far from it.
 */

export interface Uncertain {
  id: number;
  figures: Record<ObjectiveKey, { value: number; low: number; high: number }>;
}

export interface FrontShares {
  shares: Map<number, number>;
  resamples: number;
}

/** Comparisons that may be spent; with thousands of rivals there are fewer resamples, and the result says how many. */
const mostComparisons = 2e7;
const mostResamples = 200;
const leastResamples = 20;
/** Beyond this many standard deviations from both, a solution that is dominated is taken to be so for good. */
const surelyBeyond = 4;
const deviationsOfInterval = 1.96;

export function frontShares(items: readonly Uncertain[], seed = 0): FrontShares {
  const rounds = resampleFront(items, seed);
  for (;;) {
    const { done, value } = rounds.next();
    if (done) return value.result();
  }
}

/** The resamples behind it, giving way after each, so that a page may make them piece by piece. */
export function* resampleFront(items: readonly Uncertain[], seed = 0): Generator<undefined, FrontResamples> {
  const rivals = items.filter((item) => item.id >= 0).map((item) => ({ id: item.id, ...costsOf(item) }));
  const contenders = contendersOf(rivals);
  const resamples = Math.max(leastResamples, Math.min(mostResamples, Math.floor(mostComparisons / Math.max(1, contenders.length ** 2))));
  // Every solution has a stream of its own, so that a newcomer does not change what is drawn for the others.
  const draws = contenders.map(({ id }) => normalDraws(seed, id));
  const fronts: Drawn[][] = [];
  for (let round = 0; round < resamples; round++) {
    const drawn = contenders.map((contender, index) => ({ id: contender.id, point: drawPoint(contender, draws[index] as () => number) }));
    fronts.push(frontIndices(drawn.map(({ point }) => point)).map((index) => drawn[index] as Drawn));
    yield;
  }
  return new FrontResamples(items.map(({ id }) => id), fronts, seed);
}

interface Drawn {
  id: number;
  point: number[];
}

/** The front of every resample, which newcomers join without drawing the others anew. */
export class FrontResamples {
  readonly #counts: Map<number, number>;

  constructor(
    ids: readonly number[],
    private readonly fronts: Drawn[][],
    private readonly seed: number,
  ) {
    this.#counts = new Map(ids.map((id) => [id, 0]));
    for (const { id } of fronts.flat()) this.#count(id, 1);
  }

  add(newcomers: readonly Uncertain[]): void {
    for (const newcomer of newcomers) {
      const { id } = newcomer;
      const costs = costsOf(newcomer);
      const draw = normalDraws(this.seed, id);
      this.#counts.set(id, 0);
      this.fronts.forEach((front, round) => {
        const point = drawPoint(costs, draw);
        if (front.some((other) => beats(other.point, point))) return;
        const beaten = new Set(front.filter((other) => beats(point, other.point)));
        for (const other of beaten) this.#count(other.id, -1);
        this.#count(id, 1);
        this.fronts[round] = [...front.filter((other) => !beaten.has(other)), { id, point }];
      });
    }
  }

  result(): FrontShares {
    const resamples = this.fronts.length;
    const shares = new Map<number, number>();
    for (const [id, count] of this.#counts) shares.set(id, count / resamples);
    return { shares, resamples };
  }

  #count(id: number, by: 1 | -1): void {
    this.#counts.set(id, (this.#counts.get(id) ?? 0) + by);
  }
}

function drawPoint({ value, down, up }: Omit<Costs, "id">, draw: () => number): number[] {
  return value.map((each, k) => {
    const deviation = draw();
    return each + deviation * ((deviation < 0 ? down[k] : up[k]) as number);
  });
}

interface Costs {
  id: number;
  value: number[];
  /** Standard deviations downwards and upwards. */
  down: number[];
  up: number[];
}

/** All objectives as costs: less is better. */
function costsOf({ figures }: Uncertain): Omit<Costs, "id"> {
  const value: number[] = [];
  const down: number[] = [];
  const up: number[] = [];
  for (const { key, direction } of objectives) {
    const figure = figures[key];
    const below = Math.max(0, figure.value - figure.low) / deviationsOfInterval;
    const above = Math.max(0, figure.high - figure.value) / deviationsOfInterval;
    value.push(direction === "max" ? -figure.value : figure.value);
    down.push(direction === "max" ? above : below);
    up.push(direction === "max" ? below : above);
  }
  return { value, down, up };
}

/** Those that are not beaten beyond doubt by one of today's front. */
function contendersOf(rivals: readonly Costs[]): Costs[] {
  const front = frontIndices(rivals.map(({ value }) => value)).map((index) => rivals[index] as Costs);
  return rivals.filter(
    (rival) =>
      !front.some(
        (other) =>
          other !== rival &&
          other.value.every((value, k) => value + surelyBeyond * (other.up[k] as number) < (rival.value[k] as number) - surelyBeyond * (rival.down[k] as number) || equal(other, rival, k)) &&
          other.value.some((value, k) => value < (rival.value[k] as number)),
      ),
  );
}

/** The same figure without any doubt, as sizes on disk are. */
function equal(a: Costs, b: Costs, k: number): boolean {
  return a.value[k] === b.value[k] && a.up[k] === 0 && b.down[k] === 0;
}

/** Indices of the points of which no other is at least as good everywhere and better somewhere. */
function frontIndices(points: readonly (readonly number[])[]): number[] {
  // In this order a point can only be beaten by one before it.
  const order = points.map((_, index) => index).sort((a, b) => compare(points[a] as number[], points[b] as number[]));
  const front: number[] = [];
  for (const index of order) {
    const point = points[index] as number[];
    if (!front.some((other) => beats(points[other] as number[], point))) front.push(index);
  }
  return front;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return (a[k] as number) - (b[k] as number);
  return 0;
}

function beats(a: readonly number[], b: readonly number[]): boolean {
  let better = false;
  for (let k = 0; k < a.length; k++) {
    if ((a[k] as number) > (b[k] as number)) return false;
    if ((a[k] as number) < (b[k] as number)) better = true;
  }
  return better;
}

/** Standard normal draws by Box and Muller from the mulberry32 generator. */
function normalDraws(seed: number, id: number): () => number {
  let state = (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(id + 1, 0x85ebca6b)) >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
