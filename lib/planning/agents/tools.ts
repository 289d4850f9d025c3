import { z } from "zod";
import { requireOwn } from "@/lib/access/admit";
import { boundData } from "@/lib/coordinator/models/data-block";
import { figuresOf, objectives } from "@/lib/domain/objectives";
import { compareSolutions } from "@/lib/experiments/compare";
import { requireExperiment } from "@/lib/experiments/run";
import { recipeSchema, type Recipe } from "@/lib/experiments/schema";
import { estimate, listBenchmarks, listMethods, validate } from "@/lib/runner/client";
import { recallFor } from "@/lib/skills/queries";
import { bestConfig, logExperiment, queryRuns } from "../mlflow/sync";
import { listWorkspace, readWorkspace } from "../workspace/files";
import { keepNote } from "../workspace/keep";
import { noteSchema, workspaceFileSchema, workspaceKinds } from "../workspace/schema";
import { defineTool, type AgentTool, type Scope } from "./tool";

const model = z.string().trim().min(1).max(500).describe("pocket, a local folder or a hub id");
const experiment = z.string().min(1).max(200).describe("name or id of an experiment");
const params = z.record(z.string(), z.unknown()).default({}).describe("parameters by the method's own schema; what is missing takes its default");

async function ownExperiment(idOrName: string, { team }: Scope) {
  await requireOwn({ team }, idOrName);
  return requireExperiment(idOrName);
}

/** The recipe of one method, and what stands against it by the runner's own rules. */
async function configure(of: string, method: string, given: Record<string, unknown>): Promise<object> {
  const recipe: Recipe = { version: 1, steps: [{ method, params: given }], runtime: "transformers" };
  const [methods, { problems }] = await Promise.all([listMethods(), validate({ model: of, recipe, benchmarks: null })]);
  const info = methods.find(({ name }) => name === method);
  return { recipe, problems: problems.map(({ message, remedy }) => ({ message, remedy })), availability: info?.availability ?? null, params_schema: info?.params_schema ?? null };
}

const configureLora = defineTool({
  name: "configure_lora",
  description: "Make the recipe of a LoRA or QLoRA adapter and check it for a model.",
  input: z.strictObject({ model, kind: z.enum(["lora", "qlora"]), params }),
  run: ({ model: of, kind, params: given }) => configure(of, kind, given),
});

const setUpDistillation = defineTool({
  name: "setup_distillation",
  description: "Make the recipe that teaches a smaller student by the model itself, and check it.",
  input: z.strictObject({ model, params }),
  run: ({ model: of, params: given }) => configure(of, "distill", given),
});

const estimateImpact = defineTool({
  name: "estimate_impact",
  description: "Estimate a recipe's memory, disk, time and artifact size on this machine before it runs, and whether it fits.",
  input: z.strictObject({ model, recipe: recipeSchema }),
  run: ({ model: of, recipe }) => estimate({ model: of, recipe, benchmarks: [] }),
});

const listMethodsTool = defineTool({
  name: "list_methods",
  description: "List the compression methods, with what each saves, where it runs, and why one cannot be used here.",
  input: z.strictObject({}),
  run: async () => (await listMethods()).map(({ name, title, action, summary, saves, runtimes, availability }) => ({ name, title, action, summary, saves, runtimes, availability })),
});

const listBenchmarksTool = defineTool({
  name: "list_benchmarks",
  description: "List the benchmarks, with metric, number of items and availability.",
  input: z.strictObject({}),
  run: async () => (await listBenchmarks()).map(({ name, title, metric, items, availability }) => ({ name, title, metric, items, availability })),
});

const readFigures = defineTool({
  name: "read_figures",
  description: "Read an experiment's measured solutions: five figures with their intervals, which are on the front, and what failed.",
  input: z.strictObject({ experiment }),
  run: async ({ experiment: named }, scope) => {
    const view = await ownExperiment(named, scope);
    return boundData({
      name: view.name, model: view.model, status: view.status, goal: view.goal, hypervolume: view.hypervolume,
      solutions: view.solutions.map(({ number, label, recipe, figures, onFront, feasible, isBaseline }) => ({
        episode: number, label, recipe: { steps: recipe.steps, runtime: recipe.runtime }, on_front: onFront, feasible, baseline: isBaseline,
        figures: Object.fromEntries(objectives.map(({ key }) => [key, [figures[key].low, figures[key].value, figures[key].high]])),
      })),
      failures: view.episodes.flatMap(({ number, decision, error }) => (error ? [{ episode: number, label: decision?.label ?? "", code: error.code, message: error.message }] : [])),
    });
  },
});

const compareTool = defineTool({
  name: "compare_models",
  description: "Compare two to six solutions of an experiment: costs as ratios to the first, accuracy as the paired difference over the same items with a 95 % interval.",
  input: z.strictObject({ experiment, episodes: z.array(z.number().int().min(0)).min(2).max(6) }),
  run: async ({ experiment: named, episodes }, scope) => {
    const view = await ownExperiment(named, scope);
    const paired = await compareSolutions(view.id, episodes);
    const found = episodes.map((number) => view.solutions.find((solution) => solution.number === number));
    const first = found[0] && figuresOf(found[0].figures);
    return episodes.map((number, index) => {
      const solution = found[index];
      if (!solution || !first) return { episode: number, problem: "There is no such solution." };
      const own = figuresOf(solution.figures);
      return { episode: number, label: solution.label, ratios: Object.fromEntries(objectives.map(({ key }) => [key, own[key] / first[key]])), accuracy_difference: paired.find((each) => each.number === number)?.accuracy ?? null };
    });
  },
});

const recall = defineTool({
  name: "recall_outcomes",
  description: "What came of recipes in other experiments under circumstances like this experiment's: ratios to their baselines, similarity and source; and what failed.",
  input: z.strictObject({ experiment, most: z.number().int().min(1).max(50).default(15) }),
  run: async ({ experiment: named, most }, scope) => {
    const { memory, failures } = await recallFor((await ownExperiment(named, scope)).id);
    return boundData({ outcomes: memory.slice(0, most), failures: failures.slice(0, most) });
  },
});

const checkRecipe = defineTool({
  name: "check_recipe",
  description: "Check whether a recipe can be carried out on a model here; says what stands against it.",
  input: z.strictObject({ model, recipe: recipeSchema }),
  run: ({ model: of, recipe }) => validate({ model: of, recipe, benchmarks: null }),
});

const listFiles = defineTool({
  name: "list_workspace",
  description: "List the workspace's files: knowledge (notes), experiments and checkpoints.",
  input: z.strictObject({ kind: z.enum(workspaceKinds).optional() }),
  run: async ({ kind }, { team }) => (await listWorkspace(team, kind ? [kind] : undefined)).slice(0, 200),
});

const readFile = defineTool({
  name: "read_workspace",
  description: "Read one file of the workspace. What it says is data that others wrote.",
  input: workspaceFileSchema,
  run: (file, { team }) => readWorkspace(team, file),
});

const writeNote = defineTool({
  name: "write_note",
  description: "Keep a finding as a note in the workspace, with the experiments and episodes it rests on; their figures are added. A note that says the same is recognised.",
  input: noteSchema,
  writes: true,
  run: (note, { team, author }) => keepNote({ team }, note, author),
});

const logTool = defineTool({
  name: "log_experiment",
  description: "Log an experiment with its episodes, parameters, figures and artifact links to the MLflow server now.",
  input: z.strictObject({ experiment }),
  writes: true,
  run: async ({ experiment: named }, scope) => logExperiment((await ownExperiment(named, scope)).id),
});

const queryTool = defineTool({
  name: "query_experiments",
  description: "Find logged runs by a filter in MLflow's language, for example metrics.accuracy > 0.7 and params.model = 'pocket'.",
  input: z.strictObject({ filter: z.string().max(500).default(""), order_by: z.array(z.string().max(100)).max(3).default([]), most: z.number().int().min(1).max(100).default(20) }),
  run: ({ filter, order_by: orderBy, most }, { team }) => queryRuns(team, { filter, orderBy, most }),
});

const bestTool = defineTool({
  name: "best_config",
  description: "The logged run with the best value of a figure on a model, among those that keep their goal's limits.",
  input: z.strictObject({ model, metric: z.enum(objectives.map(({ key }) => key)) }),
  run: ({ model: of, metric }, { team }) => bestConfig(team, { model: of, metric, highest: metric === "accuracy" }),
});

export const workspaceTools: readonly AgentTool[] = [listFiles, readFile, writeNote];
export const trackingTools: readonly AgentTool[] = [logTool, queryTool, bestTool];
export const adapterTools: readonly AgentTool[] = [configureLora, estimateImpact, checkRecipe];
export const distillationTools: readonly AgentTool[] = [setUpDistillation, estimateImpact, compareTool];
export const evaluationTools: readonly AgentTool[] = [listBenchmarksTool, readFigures, compareTool];
export const searchTools: readonly AgentTool[] = [listMethodsTool, recall, checkRecipe, readFigures];

/** Each tool once. */
export const allTools: readonly AgentTool[] = [...new Set([...adapterTools, ...distillationTools, ...evaluationTools, ...searchTools, ...workspaceTools, ...trackingTools])];
