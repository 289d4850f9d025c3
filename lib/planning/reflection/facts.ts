import type { ObjectiveKey } from "@/lib/domain/objectives";
import type { ExperimentView, Figure, SolutionView } from "@/lib/experiments/schema";
import type { FactRange, ReflectionFacts } from "./schema";

/** Two-sided 97.5 % points of Student's t for 1 to 10 degrees of freedom; beyond, the normal's is close enough. */
const tPoints = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
const effectKeys = ["accuracy", "model_size_gb", "latency_ms"] as const satisfies readonly ObjectiveKey[];

/** What the measured episodes say, computed: the same experiment always gives the same facts. */
export function factsOf(view: ExperimentView): ReflectionFacts {
  const baseline = view.solutions.find(({ isBaseline }) => isBaseline);
  const compressed = view.solutions.filter(({ isBaseline, partial }) => !isBaseline && !partial);
  const ended = view.episodes.filter(({ number, endedAt }) => number > 0 && endedAt);
  const gains = gainsOf(view);
  const names = [...new Set(compressed.flatMap(methodsOf))].sort();
  return {
    done: ended.filter(({ status }) => status === "done").length,
    failed: ended.filter(({ status }) => status === "failed").length,
    improved: ended.filter(({ frontImproved }) => frontImproved).length,
    hypervolume: view.hypervolume ?? 0,
    methods: baseline
      ? names
          .map((method) => effectOf(method, compressed.filter((solution) => methodsOf(solution).includes(method)), baseline, gains))
          .sort((a, b) => b.gain - a.gain || a.method.localeCompare(b.method))
      : [],
    surprises: baseline ? surprisesOf(view, baseline) : [],
    failures: failuresOf(view),
    feasible: view.goal.constraints.length > 0 ? { kept: compressed.filter(({ feasible }) => feasible).length, of: compressed.length } : null,
  };
}

export function methodsOf({ recipe }: Pick<SolutionView, "recipe">): string[] {
  return [...new Set(recipe.steps.map(({ method }) => method))];
}

/** What each episode added to the hypervolume. */
function gainsOf(view: ExperimentView): Map<number, number> {
  const gains = new Map<number, number>();
  let before = 0;
  for (const { number, hypervolume } of [...view.episodes].sort((a, b) => a.number - b.number)) {
    if (hypervolume === null) continue;
    gains.set(number, number === 0 ? 0 : Math.max(0, hypervolume - before));
    before = hypervolume;
  }
  return gains;
}

function effectOf(method: string, solutions: readonly SolutionView[], baseline: SolutionView, gains: ReadonlyMap<number, number>): ReflectionFacts["methods"][number] {
  const total = solutions.reduce((sum, { number }) => sum + (gains.get(number) ?? 0), 0);
  const ranges = Object.fromEntries(effectKeys.map((key) => [key, rangeOf(solutions.map(({ figures }) => figures[key]), baseline.figures[key].value)])) as Record<(typeof effectKeys)[number], FactRange>;
  return { method, episodes: solutions.map(({ number }) => number), gain: total / solutions.length, ...ranges };
}

function rangeOf(figures: readonly Figure[], baseline: number): FactRange {
  const ratios = figures.map(({ value }) => value / baseline);
  const [only] = figures;
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  if (ratios.length < 2 || !only) return { ratio: mean, low: (only?.low ?? 0) / baseline, high: (only?.high ?? 0) / baseline };
  const variance = ratios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0) / (ratios.length - 1);
  const half = (tPoints[ratios.length - 2] ?? 1.96) * Math.sqrt(variance / ratios.length);
  return { ratio: mean, low: mean - half, high: mean + half };
}

function surprisesOf(view: ExperimentView, baseline: SolutionView): ReflectionFacts["surprises"] {
  return view.episodes.flatMap(({ number, decision }) => {
    const solution = view.solutions.find((each) => each.number === number);
    if (!decision?.expected || !solution || solution.partial) return [];
    return Object.entries(decision.expected).flatMap(([objective, expected]) => {
      const measured = rangeOf([solution.figures[objective as ObjectiveKey]], baseline.figures[objective as ObjectiveKey].value);
      // Intervals that meet are no surprise.
      return measured.low > expected.high || measured.high < expected.low ? [{ episode: number, label: solution.label, objective, expected, measured }] : [];
    });
  });
}

function failuresOf(view: ExperimentView): ReflectionFacts["failures"] {
  const failures = new Map<string, ReflectionFacts["failures"][number]>();
  for (const { number, status, error } of view.episodes) {
    if (status !== "failed" || !error) continue;
    const known = failures.get(error.code);
    if (known) known.episodes.push(number);
    else failures.set(error.code, { code: error.code, episodes: [number], message: error.message });
  }
  return [...failures.values()];
}
