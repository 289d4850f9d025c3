import type { FieldProblem } from "@/lib/experiments/schema";

/** What the form shows of the runner's lists. */
export interface Choice {
  name: string;
  title: string;
  available: boolean;
  reason: string;
  remedy: string;
}

export interface BenchmarkChoice extends Choice {
  like: string;
  metric: string;
  items: number;
  /** Uploaded by a person, so that it can be removed again. */
  own: boolean;
}

/** A method or a runtime. */
export interface OfferChoice extends Choice {
  summary: string;
}

/** The runner's lists, or why they could not be had. */
export type RunnerLists =
  | { ok: true; benchmarks: BenchmarkChoice[]; methods: OfferChoice[]; runtimes: OfferChoice[]; strategies: OfferChoice[]; templates: OfferChoice[] }
  | { ok: false; message: string; remedy: string };

/** Fields in the order in which they stand on the page; focus goes to the first one with a problem. */
export const fieldOrder = ["model", "goal", "benchmarks", "maxEpisodes", "budgetHours", "itemLimit", "seed", "strategy", "rules", "templates", "specCorrections"] as const;
export type LaunchField = (typeof fieldOrder)[number];

/** `benchmarks.0` belongs to the field `benchmarks`; anything unknown belongs to the whole form. */
export function fieldOf(problem: FieldProblem): LaunchField | null {
  const root = problem.field.split(".")[0];
  return fieldOrder.find((field) => field === root) ?? null;
}

export function firstField(problems: readonly FieldProblem[]): LaunchField | null {
  const fields = new Set(problems.map(fieldOf));
  return fieldOrder.find((field) => fields.has(field)) ?? null;
}
