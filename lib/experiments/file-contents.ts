import { objectives, objectiveKeys, type Figures, type ObjectiveKey } from "@/lib/domain/objectives";
import { dominates, vectorOf } from "@/lib/domain/pareto";
import { kneeOf } from "@/lib/domain/knee";
import type { EpisodeFile, EvaluationFile, FinalFile, FrontierFile, SpecFile, StrategyFile } from "./file-formats";
import type { EpisodeView, ExperimentView, ModelSpec, SolutionView } from "./schema";

/** The contents of all result files, from the read model alone: the same experiment gives the same contents. */
export interface ExperimentFiles {
  spec: SpecFile;
  episodes: { strategy: StrategyFile | null; results: EpisodeFile | null }[];
  frontier: FrontierFile;
  /** Null while the experiment runs. */
  final: FinalFile | null;
}

export function fileContentsOf(view: ExperimentView): ExperimentFiles {
  const episodes = [...view.episodes].sort((a, b) => a.number - b.number);
  const points = [...view.solutions]
    .sort((a, b) => a.number - b.number)
    .map((solution) => ({ solution, id: solution.number, figures: valuesOf(solution) }));
  const front = new Set(points.filter(({ solution }) => solution.onFront).map(({ id }) => id));
  const evaluations = new Map(points.map(({ solution, id }) => [id, evaluationOf(solution, front.has(id))]));
  const strategies = new Map(episodes.flatMap((episode) => (episode.decision ? [[episode.number, strategyOf(episode)]] : [])));
  const baseline = points.find(({ solution }) => solution.isBaseline)?.figures ?? null;

  const frontier: FrontierFile = {
    experiment: view.name,
    model: view.model,
    objectives: objectives.map(({ key, direction, unit }) => ({ key, direction, unit })),
    reference: view.reference,
    baseline,
    hypervolume: view.hypervolume,
    solutions: points.flatMap(({ id, figures }) => {
      const strategy = strategies.get(id);
      const result = evaluations.get(id);
      if (!front.has(id) || !strategy || !result) return [];
      const worse = points.filter((other) => dominates(vectorOf(figures), vectorOf(other.figures)));
      return [{ strategy, result, dominates: worse.map((other) => other.id) }];
    }),
  };
  const ended = view.status === "done" || view.status === "failed";
  return {
    spec: specFileOf(view.spec),
    episodes: episodes.map((episode) => ({
      strategy: strategies.get(episode.number) ?? null,
      results: episodeFileOf(episode, evaluations.get(episode.number) ?? null),
    })),
    frontier,
    final: ended ? finalOf(view, points, front, baseline) : null,
  };
}

function valuesOf(solution: SolutionView): Figures {
  return mapKeys((key) => solution.figures[key].value);
}

function strategyOf({ number, decision }: EpisodeView): StrategyFile {
  const steps = decision?.recipe?.steps ?? [];
  return {
    episode_id: number,
    methods: steps.map((step) => step.method),
    quantization_bits: bitsOf(steps),
    pruning_ratio: pruningRatioOf(steps),
    lora_rank: firstNumber(steps.filter((step) => /lora/.test(step.method)), /^(?:lora_)?(?:rank|r)$/),
    label: decision?.label ?? "",
    action: decision?.action ?? "",
    recipe: decision?.recipe ?? null,
    decided_by: decision?.decidedBy ?? "search",
    reasoning: decision?.reasoning ?? "",
    fallback_note: decision?.fallbackNote ?? null,
    language_model: decision?.languageModel ?? null,
  };
}

type Steps = NonNullable<NonNullable<EpisodeView["decision"]>["recipe"]>["steps"];

function bitsOf(steps: Steps): number | null {
  const named = steps.map((step) => /(?:int|nf|fp)(\d+)/.exec(step.method)?.[1]).find(Boolean);
  return firstNumber(steps, /(?:^|_)bits$/) ?? (named ? Number(named) : null);
}

/** One number for a recipe that may cut several things: the largest share taken away. */
function pruningRatioOf(steps: Steps): number | null {
  const shares = steps
    .filter((step) => /magnitude|structured|wanda|sparsegpt/.test(step.method))
    .flatMap(({ params }) => Object.entries(params))
    .flatMap(([name, value]) => (/(?:^|_)(?:ratio|sparsity)$/.test(name) && typeof value === "number" ? [value] : []));
  return shares.length > 0 ? Math.max(...shares) : null;
}

function firstNumber(steps: Steps, pattern: RegExp): number | null {
  for (const { params } of steps) {
    for (const [name, value] of Object.entries(params)) if (pattern.test(name) && typeof value === "number") return value;
  }
  return null;
}

function evaluationOf(solution: SolutionView, optimal: boolean): EvaluationFile {
  return {
    ...valuesOf(solution),
    benchmark_scores: Object.fromEntries(solution.benchmarks.map(({ name, score }) => [name, score.value])),
    is_pareto_optimal: optimal,
    intervals: solution.figures,
    benchmarks: solution.benchmarks,
    accuracy_delta: solution.accuracyDelta,
    reference: solution.reference,
    perplexity: solution.perplexity,
    artifact: solution.artifactHash,
    device: solution.device,
    labels: solution.labels,
  };
}

/** Null until the episode has ended: a half-measured episode has no results. */
function episodeFileOf(episode: EpisodeView, result: EvaluationFile | null): EpisodeFile | null {
  if (!["done", "failed", "stopped"].includes(episode.status)) return null;
  const { reusedFrom } = episode;
  return {
    episode_id: episode.number,
    status: episode.status,
    result,
    error_message: episode.error?.message ?? null,
    error: episode.error,
    front_improved: episode.frontImproved,
    hypervolume: episode.hypervolume,
    seconds: episode.seconds,
    reused_from: reusedFrom && { experiment_id: reusedFrom.experimentId, experiment: reusedFrom.experiment, episode: reusedFrom.episode, at: reusedFrom.at },
    started_at: episode.startedAt,
    ended_at: episode.endedAt,
  };
}

interface Point {
  solution: SolutionView;
  id: number;
  figures: Figures;
}

function finalOf(view: ExperimentView, points: Point[], front: Set<number>, baseline: Figures | null): FinalFile {
  const compressed = view.episodes.filter((episode) => episode.number > 0);
  return {
    experiment: view.name,
    model: view.model,
    benchmarks: view.benchmarks,
    status: view.status,
    termination_reason: view.terminationReason,
    error: view.error,
    seed: view.seed,
    item_limit: view.itemLimit,
    max_episodes: view.maxEpisodes,
    budget_hours: view.budgetHours,
    episodes: compressed.length,
    failed_episodes: compressed.filter((episode) => episode.status === "failed").length,
    solutions: points.length,
    pareto_optimal: points.map(({ id }) => id).filter((id) => front.has(id)),
    knee: kneeOf(points, baseline ?? undefined),
    best: bestOf(points),
    hypervolume: view.hypervolume,
    created_at: view.createdAt,
    started_at: view.startedAt,
    ended_at: view.endedAt,
  };
}

function bestOf(points: Point[]): FinalFile["best"] {
  if (points.length === 0) return null;
  const rows = objectives.map(({ key, direction }) => {
    const best = points.reduce((a, b) => ((direction === "max" ? b.figures[key] > a.figures[key] : b.figures[key] < a.figures[key]) ? b : a));
    return [key, { episode_id: best.id, label: best.solution.label, value: best.figures[key] }] as const;
  });
  return Object.fromEntries(rows) as NonNullable<FinalFile["best"]>;
}

function specFileOf(spec: ModelSpec): SpecFile {
  const { model, revision, preferred_methods, linear_in_features, notes, ...facts } = spec;
  return {
    model,
    revision,
    model_size_gb: facts.model_size_gb.value,
    model_family: facts.model_family.value,
    min_vram_gb: facts.min_vram_gb.value,
    recommended_vram_gb: facts.recommended_vram_gb.value,
    preferred_methods,
    parameters: facts.parameters.value,
    architecture: facts.architecture.value,
    layers: facts.layers.value,
    vocabulary: facts.vocabulary.value,
    context: facts.context.value,
    license: facts.license.value,
    gated: facts.gated.value,
    linear_in_features,
    notes,
    sources: Object.fromEntries(Object.entries(facts).map(([name, { source, confidence }]) => [name, { source, confidence }])),
  };
}

function mapKeys<T>(value: (key: ObjectiveKey) => T): Record<ObjectiveKey, T> {
  return Object.fromEntries(objectiveKeys.map((key) => [key, value(key)])) as Record<ObjectiveKey, T>;
}
