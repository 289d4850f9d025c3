import { inngest } from "@/inngest/client";
import { jobEnded } from "@/inngest/events";
import { countWithoutImprovement, hoursUsed } from "@/lib/coordinator/context";
import { hashOfRecipe, makesArtifact } from "@/lib/coordinator/recipes";
import { terminationOf } from "@/lib/coordinator/termination";
import { baselineProblem } from "@/lib/domain/hypervolume";
import { figuresOf } from "@/lib/domain/objectives";
import { env } from "@/lib/env";
import { getJobByKey, hasEnded, RunnerRefusal, submitJob, type JobView } from "@/lib/runner/client";
import { readMeasured } from "@/lib/skills/reuse-queries";
import { findReusable } from "@/lib/skills/reuse";
import { compressJob, evaluateJob, jobKey, raceOf } from "./jobs";
import { writeExperimentFiles } from "./files";
import { decideNext } from "./next-step";
import { requireExperiment } from "./run";
import { markIdle } from "./steer-queries";
import { wake } from "./wake";
import { artifactRecordSchema, evaluationSchema, type DecisionRecord, type ErrorInfo, type ExperimentView, type Recipe, type ReusedFrom, type TerminationReason } from "./schema";
import { answerWishes, openEpisode, recordFailure, recordSolution, setStage, startEvaluation, type Outcome } from "./write-queries";

/**
 * The steps of one episode. Each may be run again after a crash: it finds what an earlier attempt committed.
 */

const uncompressed: Recipe = { version: 1, steps: [], runtime: "transformers" };

const baselineDecision = {
  action: "baseline",
  label: "Uncompressed",
  recipe: uncompressed,
  reasoning: "The uncompressed model is measured first: every other figure is compared with it.",
  decidedBy: "baseline",
  fallbackNote: null,
  languageModel: null,
  tokens: null,
  expected: null,
  gain: null,
  evidence: [],
  alternatives: [],
} satisfies DecisionRecord;

export interface Decided {
  end: TerminationReason | null;
  compress: boolean;
  /** Nothing is decided: a person has paused the experiment. */
  paused: boolean;
  /** Nothing is to be run: the same was measured before and is taken over. */
  reused: boolean;
}

const nothing: Decided = { end: null, compress: false, paused: false, reused: false };

export async function decideEpisode(experimentId: string, number: number): Promise<Decided> {
  const startedAt = new Date();
  const view = await requireExperiment(experimentId);
  const known = view.episodes.find((episode) => episode.number === number);
  if (known?.decision?.recipe) return goOn(known.decision.recipe, known.reusedFrom);
  if (view.stopRequestedAt) return { ...nothing, end: "stopped" };
  await markIdle(view.id, view.controls.paused);
  if (view.controls.paused) return { ...nothing, paused: true };
  await setStage(view.id, number === 0 ? "Measuring the uncompressed model" : `Deciding episode ${number} of ${view.maxEpisodes}`);

  const next = number === 0 ? { record: baselineDecision, wishes: [] } : await decideNext(view);
  if ("end" in next) {
    await answerWishes(view.id, number, next.wishes);
    await setStage(view.id, next.reason);
    return { ...nothing, end: next.end };
  }
  const { record: decision, wishes } = next;
  const recipeHash = hashOfRecipe(decision.recipe);
  const opened = await openEpisode(view.id, {
    number,
    decision,
    recipe: decision.recipe,
    recipeHash,
    setByPerson: view.controls.next,
    wishes,
    reusedFrom: number > 0 && view.reuse ? await findReusable(view.id, recipeHash) : null,
    startedAt,
    decideSeconds: (Date.now() - startedAt.getTime()) / 1000,
  });
  return goOn(opened.recipe, opened.reusedFrom);
}

function goOn(recipe: Recipe, reusedFrom: ReusedFrom | null): Decided {
  return { ...nothing, compress: makesArtifact(recipe), reused: reusedFrom !== null };
}

/** Sends the word to go on where the pause is over already: whoever ended it may have done so before anyone listened. */
export async function awaitResume(experimentId: string): Promise<void> {
  const { id, controls, stopRequestedAt } = await requireExperiment(experimentId);
  if (!controls.paused || stopRequestedAt) await wake(id);
}

export interface EndedJob {
  error: ErrorInfo | null;
}

/** Submits the job of an episode's phase; tells at once, by the same event, when there is nothing to wait for. */
export async function submitEpisodeJob(
  experimentId: string,
  number: number,
  kind: "compress" | "evaluate",
): Promise<{ refused: EndedJob | null }> {
  const view = await requireExperiment(experimentId);
  const key = jobKey(view.id, number, kind);
  if (view.stopRequestedAt) {
    await announceJobEnd({ key, state: "cancelled" });
    return { refused: { error: stoppedError } };
  }
  const recipe = view.episodes.find((episode) => episode.number === number)?.decision?.recipe ?? uncompressed;
  const body =
    kind === "compress"
      ? compressJob(view, number, recipe)
      : evaluateJob(view, number, recipe, makesArtifact(recipe) ? (await compressionOf(view.id, number)).artifact.hash : null, env().PARETO_REGION, raceOf(view));
  try {
    const job = await submitJob({
      ...body,
      time_limit_s: secondsLeft(view),
      callback_url: `${env().PARETO_WEB_URL}/api/runner/callback`,
    });
    if (hasEnded(job)) await announceJobEnd(job);
    return { refused: null };
  } catch (error) {
    if (!(error instanceof RunnerRefusal)) throw error;
    await announceJobEnd({ key, state: "refused" });
    return { refused: { error: toErrorInfo(error.info) } };
  }
}

/** A job may not outlive the experiment's budget; the floor lets a last short step come to its end. */
function secondsLeft(view: ExperimentView): number {
  const left = (view.budgetHours - hoursUsed(view, new Date())) * 3600;
  return Math.round(Math.min(86_400, Math.max(60, left)));
}

export async function announceJobEnd(job: { key: string; state: string }): Promise<void> {
  await inngest.send(jobEnded.create({ key: job.key, state: job.state }));
}

/** How a job ended; null while it has not, or when it was interrupted and is to be submitted again. */
export async function readEpisodeJob(experimentId: string, number: number, kind: "compress" | "evaluate"): Promise<EndedJob | null> {
  const job = await getJobByKey(jobKey(experimentId, number, kind));
  if (!hasEnded(job)) return null;
  if (job.state === "succeeded") return { error: null };
  if (job.state === "cancelled") return { error: stoppedError };
  return { error: toErrorInfo(job.error ?? { code: "job_failed", message: "The job failed without saying why.", remedy: "Look at its log." }) };
}

/** Keeps what the compression made and goes on to its evaluation. */
export async function keepArtifact(experimentId: string, number: number): Promise<void> {
  const { artifact, seconds } = await compressionOf(experimentId, number);
  await startEvaluation(experimentId, number, artifact, seconds);
}

async function compressionOf(experimentId: string, number: number) {
  const job = await getJobByKey(jobKey(experimentId, number, "compress"));
  if (job.result?.kind !== "compress") throw new Error(`Job ${job.key} succeeded without an artifact.`);
  const { artifact, ...account } = job.result;
  return { artifact: artifactRecordSchema.parse({ ...artifact, ...account }), seconds: secondsOf(job) };
}

export interface Recorded {
  status: Outcome["status"];
  terminationReason: TerminationReason | null;
}

export async function recordEpisode(experimentId: string, number: number): Promise<Recorded> {
  const job = await getJobByKey(jobKey(experimentId, number, "evaluate"));
  if (job.result?.kind !== "evaluate") throw new Error(`Job ${job.key} succeeded without figures.`);
  const evaluation = evaluationSchema.parse(job.result);
  const problem = number === 0 ? baselineProblem(figuresOf(evaluation)) : null;
  if (problem) return finishEpisode(experimentId, number, unusableBaseline(problem));
  const items = Object.fromEntries(job.result.benchmarks.map((benchmark) => [benchmark.name, benchmark.items ?? []]));
  const outcome = await recordSolution(experimentId, number, {
    evaluation,
    items,
    artifactHash: job.result.artifact,
    evaluateSeconds: secondsOf(job),
    energyWh: await energyOf(experimentId, number),
  });
  return conclude(experimentId, outcome);
}

/** Records an episode with what another one measured of the same recipe. */
export async function takeOver(experimentId: string, number: number): Promise<Recorded> {
  const view = await requireExperiment(experimentId);
  const from = view.episodes.find((episode) => episode.number === number)?.reusedFrom;
  const measured = from ? await readMeasured(from) : null;
  if (!measured) return finishEpisode(experimentId, number, sourceGone);
  return conclude(experimentId, await recordSolution(experimentId, number, { ...measured, evaluateSeconds: 0 }));
}

const sourceGone: ErrorInfo = {
  code: "reuse_source_gone",
  message: "What was to be taken over from another experiment was removed meanwhile.",
  remedy: "Start an experiment that takes nothing over to have it measured.",
  retryable: false,
  details: {},
};

export async function finishEpisode(experimentId: string, number: number, error: ErrorInfo): Promise<Recorded> {
  const outcome = await recordFailure(experimentId, number, error, error.code === "stopped" ? "stopped" : "failed", await energyOf(experimentId, number));
  if (number === 0 && outcome.status === "failed") return { status: outcome.status, terminationReason: "baseline_failed" };
  return conclude(experimentId, outcome);
}

async function conclude(experimentId: string, outcome: Outcome): Promise<Recorded> {
  const view = await requireExperiment(experimentId);
  await writeExperimentFiles(view, view.folder);
  const ended = view.episodes.filter((episode) => episode.number > 0 && episode.endedAt);
  const terminationReason = terminationOf({
    episodesEnded: ended.length,
    maxEpisodes: view.maxEpisodes,
    hoursUsed: hoursUsed(view, new Date()),
    budgetHours: view.budgetHours,
    carbonGrams: view.carbonGrams,
    hypervolume: view.hypervolume ?? 0,
    limits: view.limits,
    episodesWithoutImprovement: countWithoutImprovement(ended.map((episode) => episode.frontImproved === true)),
    stopRequested: view.stopRequestedAt !== null,
  });
  return { status: outcome.status, terminationReason };
}

function unusableBaseline(message: string): ErrorInfo {
  const remedy = "Choose benchmarks on which the uncompressed model scores above zero, or measure more items.";
  return { code: "baseline_unusable", message, remedy, field: "benchmarks", retryable: false, details: {} };
}

const stoppedError: ErrorInfo = {
  code: "stopped",
  message: "The experiment was stopped by a person during this episode.",
  remedy: "",
  retryable: false,
  details: {},
};

function toErrorInfo(info: { code: string; message: string; remedy?: string; field?: string | null; retryable?: boolean; details?: Record<string, unknown> }): ErrorInfo {
  return {
    code: info.code,
    message: info.message,
    remedy: info.remedy ?? "",
    field: info.field ?? null,
    retryable: info.retryable ?? false,
    details: info.details ?? {},
  };
}

/** Watt-hours of an episode's jobs; one that the runner never took drew nothing. */
async function energyOf(experimentId: string, number: number): Promise<number> {
  const drawn = await Promise.all(
    (["compress", "evaluate"] as const).map(async (kind) => {
      try {
        return (await getJobByKey(jobKey(experimentId, number, kind))).energy?.wh ?? 0;
      } catch (error) {
        if (error instanceof RunnerRefusal) return 0;
        throw error;
      }
    }),
  );
  return drawn.reduce((sum, wh) => sum + wh, 0);
}

function secondsOf(job: JobView): number {
  return job.started_at && job.ended_at ? (Date.parse(job.ended_at) - Date.parse(job.started_at)) / 1000 : 0;
}
