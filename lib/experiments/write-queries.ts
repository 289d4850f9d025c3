import { isDeepStrictEqual } from "node:util";
import { firstTeam } from "@/lib/access/schema";
import type { WishAnswer } from "@/lib/coordinator/decide";
import { hashOfRecipe, makesArtifact } from "@/lib/coordinator/recipes";
import { db, type Prisma } from "@/lib/db/client";
import { withMeasuredSize } from "@/lib/catalog/correct-spec";
import { brokenBy, mayStand } from "@/lib/domain/goals";
import { addedHypervolume, referenceOf } from "@/lib/domain/hypervolume";
import { figuresOf, type Figures } from "@/lib/domain/objectives";
import { improvesFront, meetFront, type Intervals } from "@/lib/domain/pareto";
import { remember } from "@/lib/skills/write-queries";
import { append, json, locked, type Tx } from "./locked-queries";
import { controlsSchema, goalSchema, modelSpecSchema, type ArtifactRecord, type DecisionRecord, type ErrorInfo, type Evaluation, type FirstPick, type Launch, type ModelSpec, type PhaseSeconds, type Recipe, type ReusedFrom, type TerminationReason } from "./schema";
import { figuresOfRow } from "./summary-queries";

/**
 * Everything that changes an experiment. Each function is one transaction that may be repeated: a step that is
 * run a second time after a crash finds what the first one committed and returns the same answer.
 */

export async function createExperiment(launch: Launch, name: string, spec: ModelSpec, teamId = firstTeam, templates: FirstPick[] = []): Promise<{ id: string; name: string }> {
  return db().$transaction(async (tx) => {
    const row = await tx.experiment.create({
      data: {
        name,
        teamId,
        model: launch.model,
        benchmarks: launch.benchmarks,
        maxEpisodes: launch.maxEpisodes,
        budgetHours: launch.budgetHours,
        seed: launch.seed,
        itemLimit: launch.itemLimit ?? null,
        spec: json(spec),
        goal: json(launch.goal),
        limits: json(launch.limits),
        controls: json(controlsSchema.parse(launch.rules)),
        strategy: launch.strategy,
        planning: launch.planning,
        reuse: launch.reuse,
        templates: json(templates),
      },
      select: { id: true, name: true },
    });
    await append(tx, row.id, "experiment.created", { name });
    return row;
  });
}

/** Also tells whether the experiment is still to be run: false when it was stopped before it began. */
export async function markStarted(experimentId: string): Promise<boolean> {
  return locked(experimentId, async (tx) => {
    const row = await tx.experiment.findUniqueOrThrow({ where: { id: experimentId }, select: { status: true, startedAt: true } });
    if (row.status === "done" || row.status === "failed") return false;
    if (row.startedAt) return true;
    await tx.experiment.update({
      where: { id: experimentId },
      data: { startedAt: new Date(), ...(row.status === "queued" ? { status: "running" } : {}) },
    });
    await append(tx, experimentId, "experiment.started", {});
    return true;
  });
}

export async function requestStop(experimentId: string): Promise<{ status: string }> {
  return locked(experimentId, async (tx) => {
    const row = await tx.experiment.findUniqueOrThrow({ where: { id: experimentId }, select: { status: true } });
    if (row.status !== "queued" && row.status !== "running") return row;
    await tx.experiment.update({ where: { id: experimentId }, data: { status: "stopping", stopRequestedAt: new Date() } });
    await append(tx, experimentId, "experiment.stopping", {});
    return { status: "stopping" };
  });
}

/** What the experiment is doing between episodes, e.g. "deciding episode 3"; shown while nothing runs on the runner. */
export async function setStage(experimentId: string, stage: string): Promise<void> {
  await locked(experimentId, async (tx) => {
    const row = await tx.experiment.findUniqueOrThrow({ where: { id: experimentId }, select: { stage: true } });
    if (row.stage === stage) return;
    await tx.experiment.update({ where: { id: experimentId }, data: { stage } });
    await append(tx, experimentId, "experiment.stage", { stage });
  });
}

/** Opens episode `number` with its decision. An episode that an earlier attempt had opened keeps its decision. */
export async function openEpisode(
  experimentId: string,
  episode: { number: number; decision: DecisionRecord; recipe: Recipe; recipeHash: string; startedAt: Date; decideSeconds: number; reusedFrom?: ReusedFrom | null; setByPerson?: Recipe | null; wishes?: WishAnswer[] },
): Promise<{ recipe: Recipe; reusedFrom: ReusedFrom | null }> {
  const { number, decision, recipe, recipeHash, startedAt, reusedFrom = null } = episode;
  return locked(experimentId, async (tx) => {
    const existing = await tx.episode.findUnique({ where: { experimentId_number: { experimentId, number } } });
    if (existing) return { recipe: existing.recipe as unknown as Recipe, reusedFrom: existing.reusedFrom as ReusedFrom | null };
    const status = makesArtifact(recipe) && !reusedFrom ? "compressing" : "evaluating";
    const seconds: PhaseSeconds = { decide: episode.decideSeconds, compress: 0, evaluate: 0, overhead: 0 };
    await tx.episode.create({
      data: { experimentId, number, status, startedAt, decision: json(decision), recipe: json(recipe), recipeHash, seconds: json(seconds), reusedFrom: reusedFrom ?? undefined },
    });
    if (episode.setByPerson) await takeNext(tx, experimentId, episode.setByPerson);
    await answerWithin(tx, experimentId, number, episode.wishes ?? []);
    await append(tx, experimentId, "episode.decided", { number, label: decision.label, decidedBy: decision.decidedBy });
    return { recipe, reusedFrom };
  });
}

/** What a person had set for the next episode was read when this one was decided; what they have set since stays. */
async function takeNext(tx: Tx, experimentId: string, taken: Recipe): Promise<void> {
  const row = await tx.experiment.findUniqueOrThrow({ where: { id: experimentId }, select: { controls: true } });
  const controls = controlsSchema.parse(row.controls);
  if (!controls.next || hashOfRecipe(controls.next) !== hashOfRecipe(taken)) return;
  await tx.experiment.update({ where: { id: experimentId }, data: { controls: json({ ...controls, next: null }) } });
}

/** Tells a person at their items of the plan which episode each became, or why it is none; said again, it makes no difference. */
export async function answerWishes(experimentId: string, number: number, wishes: readonly WishAnswer[]): Promise<void> {
  if (wishes.length > 0) await locked(experimentId, (tx) => answerWithin(tx, experimentId, number, wishes));
}

async function answerWithin(tx: Tx, experimentId: string, number: number, wishes: readonly WishAnswer[]): Promise<void> {
  for (const { item, taken, text } of wishes) {
    const evidence = [{ episode: taken ? number : null, text }];
    const row = await tx.planItem.findFirst({ where: { id: item, experimentId }, select: { evidence: true } });
    if (!row || isDeepStrictEqual(row.evidence, evidence)) continue;
    await tx.planItem.update({ where: { id: item }, data: { evidence, ...(taken ? { status: "done" } : {}) } });
    await append(tx, experimentId, "plan.changed", { by: "coordinator", change: "answered", item });
  }
}

/** Compression is over: keeps its artifact and seconds and goes on to the evaluation. */
export async function startEvaluation(experimentId: string, number: number, artifact: ArtifactRecord, compressSeconds: number): Promise<void> {
  await locked(experimentId, async (tx) => {
    const episode = await tx.episode.findUniqueOrThrow({ where: { experimentId_number: { experimentId, number } } });
    if (episode.status !== "compressing") return;
    await tx.episode.update({
      where: { id: episode.id },
      data: { status: "evaluating", artifact: json(artifact), seconds: json({ ...phases(episode.seconds), compress: compressSeconds }) },
    });
    await append(tx, experimentId, "episode.stage", { number, status: "evaluating" });
  });
}

export interface Outcome {
  status: "done" | "failed" | "stopped";
  frontImproved: boolean;
  hypervolume: number;
}

/** Records an evaluated artifact: the solution, the new front and the hypervolume, all or nothing. */
export async function recordSolution(
  experimentId: string,
  number: number,
  measured: { evaluation: Evaluation; items: Record<string, number[]>; artifactHash: string | null; evaluateSeconds: number; artifact?: ArtifactRecord | null; energyWh?: number },
): Promise<Outcome> {
  return locked(experimentId, async (tx) => {
    const episode = await tx.episode.findUniqueOrThrow({ where: { experimentId_number: { experimentId, number } } });
    if (episode.endedAt) return outcomeOf(episode);
    const decision = episode.decision as unknown as DecisionRecord;
    const figures = figuresOf(measured.evaluation);
    const { goal, spec, hypervolume: volumeBefore } = await tx.experiment.findUniqueOrThrow({ where: { id: experimentId }, select: { goal: true, spec: true, hypervolume: true } });
    const baselineRow = await tx.solution.findFirst({ where: { experimentId, isBaseline: true }, select: figureColumns });
    const baseline = baselineRow ? figuresOfRow(baselineRow) : figures;
    const { constraints } = goalSchema.parse(goal);
    const feasible = brokenBy(figures, baseline, constraints).length === 0;
    const partial = measured.evaluation.early_stop !== null;
    const stands = mayStand({ feasible, partial });
    const frontImproved = stands && (await improves(tx, experimentId, measured.evaluation));
    const { onFront, added } = stands ? await joinFront(tx, experimentId, figures, baseline) : { onFront: false, added: 0 };
    const volume = (volumeBefore ?? 0) + added;
    await tx.solution.create({
      data: {
        experimentId,
        episodeId: episode.id,
        number,
        label: decision.label,
        recipe: episode.recipe ?? {},
        artifactHash: measured.artifactHash,
        accuracy: figures.accuracy,
        latencyMs: figures.latency_ms,
        memoryGb: figures.memory_gb,
        modelSizeGb: figures.model_size_gb,
        co2Grams: figures.co2_grams,
        evaluation: json(measured.evaluation),
        items: json(measured.items),
        isBaseline: number === 0,
        onFront,
        feasible,
        partial,
      },
    });
    await tx.experiment.update({
      where: { id: experimentId },
      data: { hypervolume: volume, ...(number === 0 ? baselineFacts(figures, spec) : {}) },
    });
    const endedAt = new Date();
    const spent = { ...phases(episode.seconds), evaluate: measured.evaluateSeconds };
    const overhead = (endedAt.getTime() - episode.startedAt.getTime()) / 1000 - spent.decide - spent.compress - spent.evaluate;
    const seconds: PhaseSeconds = { ...spent, overhead: Math.max(0, overhead) };
    const ended = await tx.episode.update({
      where: { id: episode.id },
      data: { status: "done", frontImproved, hypervolume: volume, seconds: json(seconds), energyWh: measured.energyWh, endedAt, ...(measured.artifact ? { artifact: json(measured.artifact) } : {}) },
    });
    await countCarbon(tx, experimentId);
    await append(tx, experimentId, "episode.recorded", { number, label: decision.label, figures, onFront, feasible, partial, frontImproved, hypervolume: volume });
    await remember(tx, experimentId, number);
    return outcomeOf(ended);
  });
}

/** Records that an episode came to nothing, with its cause: a failure, or a person's stop. */
export async function recordFailure(experimentId: string, number: number, error: ErrorInfo, status: "failed" | "stopped", energyWh = 0): Promise<Outcome> {
  return locked(experimentId, async (tx) => {
    const episode = await tx.episode.findUniqueOrThrow({ where: { experimentId_number: { experimentId, number } } });
    if (episode.endedAt) return outcomeOf(episode);
    const { hypervolume: volume } = await tx.experiment.findUniqueOrThrow({ where: { id: experimentId }, select: { hypervolume: true } });
    const ended = await tx.episode.update({
      where: { id: episode.id },
      data: { status, error: json(error), frontImproved: false, hypervolume: volume, energyWh, endedAt: new Date() },
    });
    await countCarbon(tx, experimentId);
    await append(tx, experimentId, "episode.failed", { number, code: error.code, message: error.message, status });
    await remember(tx, experimentId, number);
    return outcomeOf(ended);
  });
}

export async function finishExperiment(experimentId: string, reason: TerminationReason, error: ErrorInfo | null): Promise<void> {
  await locked(experimentId, async (tx) => {
    const row = await tx.experiment.findUniqueOrThrow({ where: { id: experimentId }, select: { endedAt: true } });
    if (row.endedAt) return;
    const failed = reason === "error" || reason === "baseline_failed";
    const endedAt = new Date();
    // An episode left open by a run that failed for good would be shown as running for ever.
    const open = await tx.episode.findMany({ where: { experimentId, endedAt: null }, select: { number: true, id: true } });
    for (const { id, number } of open) {
      const cause = error ?? { code: "abandoned", message: "The experiment ended during this episode.", remedy: "", retryable: false, details: {} };
      await tx.episode.update({ where: { id }, data: { status: "failed", error: json(cause), frontImproved: false, endedAt } });
      await append(tx, experimentId, "episode.failed", { number, code: cause.code, message: cause.message, status: "failed" });
    }
    await tx.experiment.update({
      where: { id: experimentId },
      data: {
        status: failed ? "failed" : "done",
        stage: null,
        terminationReason: reason,
        endedAt,
        ...(error ? { error: json(error) } : {}),
      },
    });
    await append(tx, experimentId, failed ? "experiment.failed" : "experiment.finished", { reason });
  });
}

function phases(stored: unknown): PhaseSeconds {
  return { decide: 0, compress: 0, evaluate: 0, overhead: 0, ...(stored as Partial<PhaseSeconds> | null) };
}

function outcomeOf(episode: { status: string; frontImproved: boolean | null; hypervolume: number | null }): Outcome {
  return { status: episode.status as Outcome["status"], frontImproved: episode.frontImproved ?? false, hypervolume: episode.hypervolume ?? 0 };
}

/** What is known once the uncompressed model is measured: the reference of the hypervolume, and its size. */
function baselineFacts(figures: Figures, spec: Prisma.JsonValue) {
  return { reference: json(referenceOf(figures)), spec: json(withMeasuredSize(modelSpecSchema.parse(spec), figures.model_size_gb)) };
}

/** The grid's intensity comes with the baseline; without one nothing can be said in grams. */
async function countCarbon(tx: Tx, experimentId: string): Promise<void> {
  const baseline = await tx.solution.findFirst({ where: { experimentId, isBaseline: true }, select: { evaluation: true } });
  const gramsPerKwh = Number((baseline?.evaluation as Evaluation | undefined)?.co2_grams.extra.factor_g_per_kwh ?? NaN);
  if (!Number.isFinite(gramsPerKwh)) return;
  const drawn = await tx.episode.aggregate({ where: { experimentId }, _sum: { energyWh: true } });
  await tx.experiment.update({ where: { id: experimentId }, data: { carbonGrams: ((drawn._sum.energyWh ?? 0) / 1000) * gramsPerKwh } });
}

const figureColumns = { accuracy: true, latencyMs: true, memoryGb: true, modelSizeGb: true, co2Grams: true } as const;

/** Takes off the front what the newcomer beats; tells whether it joins and what it adds to the hypervolume. */
async function joinFront(tx: Tx, experimentId: string, figures: Figures, baseline: Figures): Promise<{ onFront: boolean; added: number }> {
  const rows = await tx.solution.findMany({ where: { experimentId, onFront: true }, select: { number: true, ...figureColumns } });
  const front = rows.map((row) => ({ id: row.number, figures: figuresOfRow(row) }));
  const { joins, beaten } = meetFront(figures, front);
  if (!joins) return { onFront: false, added: 0 };
  if (beaten.length > 0) await tx.solution.updateMany({ where: { experimentId, number: { in: beaten } }, data: { onFront: false } });
  return { onFront: true, added: addedHypervolume(figures, front.map((each) => each.figures), baseline) };
}

/** Most newcomers meet their better among the first rivals, so these are read in parts, the front first. */
const rivalsAtOnce = 500;

/** The rule of `improvesFront` against all that may stand; of each only the ends of its intervals is read. */
async function improves(tx: Tx, experimentId: string, newcomer: Intervals): Promise<boolean> {
  for (let from = 0; ; from += rivalsAtOnce) {
    const rivals = await tx.$queryRaw<Intervals[]>`
      SELECT e.* FROM "Solution", jsonb_to_record(evaluation) AS e(accuracy jsonb, latency_ms jsonb, memory_gb jsonb, model_size_gb jsonb, co2_grams jsonb)
      WHERE "experimentId" = ${experimentId}::uuid AND feasible AND NOT partial
      ORDER BY "onFront" DESC, number LIMIT ${rivalsAtOnce} OFFSET ${from}`;
    if (!improvesFront(newcomer, rivals)) return false;
    if (rivals.length < rivalsAtOnce) return true;
  }
}
