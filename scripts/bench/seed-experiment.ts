import { setTimeout as delay } from "node:timers/promises";
import { Command } from "commander";
import { db, type Prisma } from "@/lib/db/client";
import { hypervolume, referenceOf } from "@/lib/domain/hypervolume";
import { figuresOf, objectiveKeys } from "@/lib/domain/objectives";
import { evaluationSchema, type DecisionRecord, type Evaluation, type Recipe } from "@/lib/experiments/schema";
import { openEpisode, recordSolution } from "@/lib/experiments/write-queries";

/**
 * Writes an experiment of N made-up solutions into DATABASE_URL, to see how pages and queries bear that many. Its
 * figures are drawn around those of a real experiment in the same database, whose evaluations it copies; its name
 * begins with "seeded", and nothing of it was measured.
 */

const program = new Command("seed-experiment")
  .argument("<n>", "solutions to write")
  .option("--running", "leave it running, so that an open page stays live")
  .option("--append <id>", "record them one after the other in this experiment, as episodes do")
  .option("--every <ms>", "wait so long before and after each is recorded", "0")
  .option("--seed <n>", "of the drawn figures", "0")
  .parse();
const count = Number(program.args[0]);
const options = program.opts<{ running?: boolean; append?: string; every: string; seed: string }>();

let state = Number(options.seed) + 1;
/** Uniform from 0 to 1, the same for the same seed (mulberry32). */
function draw(): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

const source = await db().solution.findFirst({
  where: { isBaseline: true, experiment: { name: { not: { startsWith: "seeded" } } } },
  orderBy: { createdAt: "desc" },
  include: { experiment: true },
});
if (!source) throw new Error("There is no measured experiment to draw around: run `npm run demo` first.");
const base = evaluationSchema.parse(source.evaluation);

/** A trade of accuracy for cost with a good deal of luck, so that some are on the front and most are not. */
function drawEvaluation(isBaseline: boolean): Evaluation {
  const cost = isBaseline ? 1 : 0.1 + 0.95 * draw();
  const figures = objectiveKeys.map((key) => {
    const waste = isBaseline ? 1 : 1 + 0.6 * draw() ** 2;
    const share = key === "accuracy" ? (isBaseline ? 1 : (1.05 - 0.35 * (1 - cost) ** 2) / waste) : cost * waste;
    const { value, low, high, ...rest } = base[key];
    return [key, { ...rest, value: value * share, low: low * share, high: high * share }];
  });
  return { ...base, ...(Object.fromEntries(figures) as Pick<Evaluation, (typeof objectiveKeys)[number]>) };
}

function recipeOf(number: number): Recipe {
  if (number === 0) return { version: 1, steps: [], runtime: "transformers" };
  const bits = [2, 3, 4, 8][number % 4] as number;
  const steps = [{ method: ["gptq", "rtn", "awq"][number % 3] as string, params: { bits, group_size: 32 } }];
  return { version: 1, steps: number % 5 === 0 ? [{ method: "magnitude", params: { sparsity: 0.3 } }, ...steps] : steps, runtime: "transformers" };
}

function decisionOf(number: number, recipe: Recipe): DecisionRecord {
  const label = number === 0 ? "Uncompressed" : `${recipe.steps.map(({ method }) => method.toUpperCase()).join(" + ")} seeded ${number}`;
  return { ...(number === 0 ? { action: "baseline", decidedBy: "baseline" } : { action: "quantization", decidedBy: "search" }), label, recipe, reasoning: "Drawn at random to fill the page.", alternatives: [] } as unknown as DecisionRecord;
}

if (options.append) await append(options.append);
else await write();
await db().$disconnect();

async function write(): Promise<void> {
  const evaluations = Array.from({ length: count }, (_, number) => drawEvaluation(number === 0));
  const front = frontOfCosts(evaluations);
  const baseline = figuresOf(evaluations[0] as Evaluation);
  const { id: _id, name: _name, eventSeq: _seq, ...rest } = source!.experiment;
  const volume = hypervolume([...front].slice(0, 60).map((index) => figuresOf(evaluations[index] as Evaluation)), baseline);
  const experiment = await db().experiment.create({
    data: {
      ...(rest as unknown as Prisma.ExperimentCreateInput),
      name: `seeded_${count}_${Date.now()}`,
      status: options.running ? "running" : "done",
      terminationReason: options.running ? null : "max_episodes",
      endedAt: options.running ? null : new Date(),
      maxEpisodes: count - 1,
      reference: referenceOf(baseline),
      hypervolume: volume,
      eventSeq: 1,
      events: { create: { seq: 1, type: "experiment.created", data: {} } },
    },
  });
  for (let from = 0; from < count; from += 500) {
    const numbers = Array.from({ length: Math.min(500, count - from) }, (_, index) => from + index);
    const episodes = await db().episode.createManyAndReturn({
      select: { id: true, number: true },
      data: numbers.map((number) => {
        const recipe = recipeOf(number);
        return { experimentId: experiment.id, number, status: "done", recipe: recipe as object, recipeHash: String(number), decision: decisionOf(number, recipe) as object, hypervolume: (volume * (number + 1)) / count, frontImproved: front.has(number), endedAt: new Date() };
      }),
    });
    await db().solution.createMany({
      data: episodes.map(({ id, number }) => {
        const evaluation = evaluations[number] as Evaluation;
        const { accuracy, latency_ms, memory_gb, model_size_gb, co2_grams } = figuresOf(evaluation);
        const recipe = recipeOf(number);
        return {
          experimentId: experiment.id,
          episodeId: id,
          number,
          label: decisionOf(number, recipe).label,
          recipe: recipe as object,
          ...{ accuracy, latencyMs: latency_ms, memoryGb: memory_gb, modelSizeGb: model_size_gb, co2Grams: co2_grams },
          evaluation: evaluation as object,
          items: {},
          isBaseline: number === 0,
          onFront: front.has(number),
        };
      }),
    });
  }
  console.log(JSON.stringify({ id: experiment.id, name: experiment.name, solutions: count, front: front.size }));
}

/** In the order of accuracy a point can only be dominated by one before it. */
function frontOfCosts(evaluations: readonly Evaluation[]): Set<number> {
  const costs = evaluations.map((evaluation) => objectiveKeys.map((key) => (key === "accuracy" ? -1 : 1) * evaluation[key].value));
  const order = costs.map((_, index) => index).sort((a, b) => (costs[a]?.[0] ?? 0) - (costs[b]?.[0] ?? 0));
  const front: number[] = [];
  for (const index of order) {
    const point = costs[index] as number[];
    if (!front.some((other) => (costs[other] as number[]).every((value, k) => value <= (point[k] as number)))) front.push(index);
  }
  return new Set(front);
}

/** Through the functions that episodes use, so that each is announced; prints when each was begun and committed. */
async function append(id: string): Promise<void> {
  const last = await db().episode.findFirstOrThrow({ where: { experimentId: id }, orderBy: { number: "desc" }, select: { number: true } });
  for (let number = last.number + 1; number <= last.number + count; number++) {
    const recipe = recipeOf(number);
    const decision = decisionOf(number, recipe);
    await openEpisode(id, { number, decision, recipe, recipeHash: String(number), startedAt: new Date(), decideSeconds: 0 });
    console.log(JSON.stringify({ number, openedAt: Date.now() }));
    await delay(Number(options.every));
    const start = performance.now();
    await recordSolution(id, number, { evaluation: drawEvaluation(false), items: {}, artifactHash: null, evaluateSeconds: 0 } as Parameters<typeof recordSolution>[2]);
    console.log(JSON.stringify({ number, committedAt: Date.now(), recordMs: performance.now() - start }));
    await delay(Number(options.every));
  }
}
