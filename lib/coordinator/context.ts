import { mayStand } from "@/lib/domain/goals";
import { baselineProblem, hypervolume } from "@/lib/domain/hypervolume";
import { figuresOf, objectiveKeys, type Figures } from "@/lib/domain/objectives";
import type { Controls, EpisodeStatus, ErrorInfo, ExperimentView, FigureSet, Goal, ModelSpec, Recipe, Rules } from "@/lib/experiments/schema";
import type { Experience, PastFailure } from "@/lib/skills/schema";

/** A method as the runner lists it, as far as a decision needs it. */
export interface MethodOption {
  name: string;
  title: string;
  action: string;
  summary: string;
  saves: string;
  params_schema: Record<string, unknown>;
  runtimes: string[];
  availability: { available: boolean; reason: string; remedy: string };
}

/** A way to run a model as the runner lists it; a recipe names one, and all its figures are measured there. */
export interface RuntimeOption {
  name: string;
  title: string;
  summary: string;
}

export interface SolutionSummary {
  episode: number;
  label: string;
  recipe: Recipe;
  figures: Figures;
  /** Half of each figure's 95 % interval. */
  spread: Figures;
  onFront: boolean;
  isBaseline: boolean;
  feasible: boolean;
  /** Its scoring ended early. */
  partial: boolean;
}

export interface FailureSummary {
  episode: number;
  label: string;
  recipe: Recipe | null;
  error: ErrorInfo;
}

export interface EpisodeSummary {
  episode: number;
  action: string;
  label: string;
  status: EpisodeStatus;
  frontImproved: boolean | null;
  figures: Figures | null;
  error: string | null;
}

/** What is still to be done, a person's wishes first, and what the last look back found. */
export interface PlanBrief {
  items: { id: string; text: string; author: "planner" | "person" }[];
  learnt: string[];
  next: { text: string; methods: string[] } | null;
  /** What a person's items ask for, in the plan's order. */
  wishes: Wish[];
  /** The recipe that the next step speaks of, if any. */
  proposed: Recipe[];
}

/** An item of the plan in which a person names methods: it is the next step, where that is legal. */
export interface Wish {
  item: string;
  text: string;
  /** Names that the recipe is to answer to. */
  names: string[];
  /** Why it cannot be followed whatever the recipe; null where that is not known beforehand. */
  obstacle: string | null;
}

/** Everything that a decision may look at. Plain data, so that the same context gives the same search decision. */
export interface DecisionContext {
  model: string;
  benchmarks: string[];
  spec: ModelSpec;
  methods: MethodOption[];
  /** Only those that can be used here. */
  runtimes: RuntimeOption[];
  /** Number of the episode that is decided. */
  episode: number;
  seed: number;
  baseline: Figures;
  solutions: SolutionSummary[];
  failures: FailureSummary[];
  /** Recipes that the runner would not start for this model, e.g. a share of heads that the architecture cannot have. */
  refused: Recipe[];
  lastEpisodes: EpisodeSummary[];
  hypervolume: number;
  episodesWithoutImprovement: number;
  budgetLeft: { episodes: number; hours: number; carbonGrams: number | null };
  goal: Goal;
  strategy: string;
  /** What a person has set: what recipes may be made of, the recipe to try next. */
  controls: Rules & Pick<Controls, "next">;
  /** What came of recipes in other experiments, the most similar first. */
  memory: Experience[];
  pastFailures: PastFailure[];
  plan: PlanBrief;
}

const episodesShown = 5;

/** Hours since the experiment began, less those in which it waited for a person; none before it has begun. */
export function hoursUsed({ startedAt, controls }: Pick<ExperimentView, "startedAt" | "controls">, now: Date): number {
  if (!startedAt) return 0;
  const waiting = controls.idleSince ? now.getTime() - Date.parse(controls.idleSince) : 0;
  return Math.max(0, (now.getTime() - Date.parse(startedAt) - waiting) / 3_600_000 - controls.idleSeconds / 3600);
}

/**
 * The context of the next decision, from the read model of an experiment whose baseline is measured.
 * Throws when there is no usable baseline: nothing can be compared then, so nothing can be decided.
 */
export function contextOf(view: ExperimentView, methods: MethodOption[], runtimes: (RuntimeOption & Pick<MethodOption, "availability">)[], now: Date): DecisionContext {
  const baselineView = view.solutions.find((solution) => solution.isBaseline);
  if (!baselineView) throw new Error("The uncompressed model is not measured yet, so that nothing can be decided.");
  const baseline = figuresOf(baselineView.figures);
  const problem = baselineProblem(baseline);
  if (problem) throw new RangeError(problem);

  const solutions = view.solutions
    .map(({ number, label, recipe, figures, isBaseline, onFront, feasible, partial }) => ({
      episode: number,
      label,
      recipe,
      figures: figuresOf(figures),
      spread: spreadOf(figures),
      onFront,
      isBaseline,
      feasible,
      partial,
    }))
    .sort((a, b) => a.episode - b.episode);

  const episodes = [...view.episodes].sort((a, b) => a.number - b.number);
  const ended = episodes.filter((episode) => episode.status === "done" || episode.status === "failed");
  const compressed = ended.filter((episode) => episode.number > 0);
  const open = episodes.find((episode) => episode.number > 0 && !ended.includes(episode) && episode.status !== "stopped");

  return {
    model: view.model,
    benchmarks: view.benchmarks,
    spec: view.spec,
    methods,
    runtimes: runtimes.filter((runtime) => runtime.availability.available),
    episode: open?.number ?? (compressed.at(-1)?.number ?? 0) + 1,
    seed: view.seed,
    baseline,
    solutions,
    failures: ended.flatMap(({ number, status, decision, error }) =>
      status === "failed" && error
        ? [{ episode: number, label: decision?.label ?? "", recipe: decision?.recipe ?? null, error }]
        : [],
    ),
    refused: [],
    lastEpisodes: ended.slice(-episodesShown).map((episode) => ({
      episode: episode.number,
      action: episode.decision?.action ?? "",
      label: episode.decision?.label ?? "",
      status: episode.status,
      frontImproved: episode.frontImproved,
      figures: solutions.find((solution) => solution.episode === episode.number)?.figures ?? null,
      error: episode.error?.message ?? null,
    })),
    hypervolume: hypervolume(solutions.filter(mayStand).map((solution) => solution.figures), baseline),
    episodesWithoutImprovement: countWithoutImprovement(compressed.map((episode) => episode.frontImproved === true)),
    budgetLeft: {
      episodes: Math.max(0, view.maxEpisodes - compressed.length),
      hours: Math.max(0, view.budgetHours - hoursUsed(view, now)),
      carbonGrams: view.limits.carbonGrams === null ? null : Math.max(0, view.limits.carbonGrams - view.carbonGrams),
    },
    goal: view.goal,
    strategy: view.strategy,
    controls: view.controls,
    memory: [],
    pastFailures: [],
    plan: { items: [], learnt: [], next: null, wishes: [], proposed: [] },
  };
}

function spreadOf(figures: FigureSet): Figures {
  return Object.fromEntries(objectiveKeys.map((key) => [key, (figures[key].high - figures[key].low) / 2])) as Figures;
}

/** How many episodes, counted from the last one backwards, did not improve the front. A failed one did not. */
export function countWithoutImprovement(improved: readonly boolean[]): number {
  return improved.length - 1 - improved.lastIndexOf(true);
}
