import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { Command, CommanderError } from "commander";
import { benchmarkUploadSchema, uploadOf } from "@/lib/catalog/schema";
import { goalPresets } from "@/lib/domain/goals";
import { launchSchema, type Launch, type Recipe } from "@/lib/experiments/schema";
import { analyzeTarget } from "./lib/analyze";
import { askMissing, type RunAnswers } from "./lib/ask";
import type { Api } from "./lib/api";
import { connectApp } from "./lib/connect";
import { runMain, UserError } from "./lib/errors";
import { memoryCommands } from "./lib/memory";
import { fromCaller } from "./lib/paths";
import { goalOf, planningCommands, type SpokenLaunch } from "./lib/planning";
import { describeReason, experimentText, listText, specText } from "./lib/print";
import { resultOf, writeJson } from "./lib/result-json";
import { shareCommand } from "./lib/share";
import { changesOf, goalFromFlags, namesOf, rulesFromFlags, type GoalFlags, type RuleFlags, type SteerFlags } from "./lib/steer-flags";
import { watchExperiment } from "./lib/watch";

interface RunFlags extends RunAnswers, GoalFlags, RuleFlags {
  seed: string;
  limit?: string;
  template?: string;
  recipe?: string;
  goal?: string;
  reuse: boolean;
  showSpec?: boolean;
  interactive?: boolean;
  json?: string;
}

let action: () => Promise<number> = async () => 0;

const program = new Command("npm run lab --").description("Pareto Lab from the command line. Exit codes: 0 done, 2 bad input, 3 failed.");
program
  .command("run")
  .description("compress a model and watch the front grow")
  .option("-m, --model <model>", "pocket, a local folder or a hub id (owner/name[@revision])")
  .option("-d, --dataset <names>", "benchmarks, separated by commas")
  .option("-e, --episodes <n>", "episodes after the baseline (10)")
  .option("-H, --hours <h>", "hours it may take at most (4)")
  .option("-s, --seed <n>", "seed of everything that is drawn at random", "0")
  .option("-l, --limit <items>", "items per benchmark; all when left out")
  .option("-g, --goal <words>", "the goal in words, for example: smallest that keeps 95 %, in 2 hours")
  .option("--preset <name>", `what counts: ${goalPresets.join(", ")}`)
  .option("--max-accuracy-loss <percent>", "of the uncompressed model's accuracy")
  .option("--max-memory <gb>", "peak while generating")
  .option("--max-latency <ms>", "per generated token")
  .option("--max-size <gb>", "on disk")
  .option("--max-carbon <grams>", "CO2 of all jobs; it ends there")
  .option("--max-usd <amount>", "for language models; then the search decides alone")
  .option("--max-tokens <n>", "for language models; then the search decides alone")
  .option("--target <hypervolume>", "it ends when the front reaches it")
  .option("--strategy <name>", "how the next recipe is searched for (hybrid)")
  .option("--only <names>", "use nothing but these: methods, kinds such as quantization, or 4-bit")
  .option("--forbid <names>", "never use these: methods, kinds such as pruning, or training")
  .option("--pin <names>", "use these in every recipe")
  .option("-t, --template <names>", "templates whose recipes come first, separated by commas")
  .option("--recipe <json>", "the recipe of the first episode, as JSON or a file with it")
  .option("--no-reuse", "measure again what was measured before under the same conditions")
  .option("--show-spec", "print what is known of the model first; without --dataset, only that")
  .option("-i, --interactive", "ask for what is not given")
  .option("--json <file>", "write what was found")
  .action((flags: RunFlags) => {
    action = () => run(flags);
  });
program
  .command("list")
  .description("list experiments, the newest first")
  .option("-n, --limit <n>", "how many", "20")
  .option("--cursor <cursor>", "go on after a page")
  .action((flags: { limit: string; cursor?: string }) => {
    action = () => list(flags);
  });
program
  .command("link")
  .description("print a link that signs a browser in, once")
  .action(() => {
    action = async () => print((await connectApp()).link());
  });
withTarget("show", "show an experiment with its front").action((id: string) => {
  action = async () => {
    const api = await connectApp();
    return print(experimentText(...(await Promise.all([api.show(id), api.modelUse(id)]))));
  };
});
withTarget("analyze", "analyze an experiment, or a folder of result files without the app", "<id-or-folder>").action((target: string) => {
  action = async () => print(await analyzeTarget(target, existsSync(fromCaller(target)) ? null : await connectApp()));
});
withTarget("export", "write an experiment's result files again from the database")
  .option("--mlflow", "log it to the MLflow server instead")
  .action((id: string, { mlflow }: { mlflow?: boolean }) => {
    action = async () => {
      const api = await connectApp();
      if (mlflow) {
        const { experiment, runs, url } = await api.logToMlflow(id);
        return print(`${experiment} is there with ${runs} runs: ${url}`);
      }
      const { folder, files } = await api.export(id);
      return print(`Wrote ${files.length} files to ${folder}`);
    };
  });
withTarget("stop", "end an experiment after its running step").action((id: string) => {
  action = async () => {
    const { status } = await (await connectApp()).stop(id);
    return print(status === "stopping" ? "Stopping; what was found so far is kept." : `Nothing to stop: it is ${status}.`);
  };
});

for (const kind of ["pause", "resume"] as const) {
  withTarget(kind, kind === "pause" ? "let no further episode start" : "let a paused experiment go on").action((id: string) => {
    action = async () => {
      await (await connectApp()).steer(id, { kind });
      return print(kind === "pause" ? "Paused: the running episode is brought to its end, then nothing starts." : "Resumed.");
    };
  });
}
withTarget("steer", "change what a running experiment does next")
  .option("--pin <names>", "use these methods or kinds in every recipe, separated by commas")
  .option("--forbid <names>", "never use these")
  .option("--only <names>", "use nothing but these")
  .option("--free <names>", "let the search choose about these again")
  .option("--next <file>", 'the recipe of the next episode, as JSON; "none" takes it back')
  .option("--add-episodes <n>", "more episodes")
  .option("--add-hours <h>", "more hours")
  .option("--add-carbon <grams>", "more CO2")
  .option("--add-usd <amount>", "more money for language models")
  .option("--add-tokens <n>", "more tokens for language models")
  .action((id: string, flags: SteerFlags) => {
    action = () => steer(id, flags);
  });

const benchmark = program.command("benchmark").description("benchmarks of your own");
benchmark
  .command("add <file>")
  .description("add one from a .jsonl file of items or a .yaml task; its name is the file's")
  .option("-t, --title <title>", "how it is shown", "")
  .action((file: string, { title }: { title: string }) => {
    action = () => addBenchmark(file, title);
  });
benchmark
  .command("remove <name>")
  .description("remove one; figures that were measured on it stay")
  .action((name: string) => {
    action = async () => print(`Removed ${(await (await connectApp()).removeBenchmark(name)).removed}.`);
  });

const memory = memoryCommands(program, (run) => {
  action = run;
});
const share = shareCommand((work) => {
  action = async () => print(await work());
});
program.addCommand(share);

planningCommands(program, (run) => {
  action = run;
});

await runMain(async () => {
  try {
    for (const command of [program, ...program.commands, ...benchmark.commands, ...memory.commands, ...share.commands]) command.exitOverride();
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 || error.code === "commander.help" ? 0 : 2;
    throw error;
  }
  return action();
});

function withTarget(name: string, description: string, argument = "<id>"): Command {
  return program.command(`${name} ${argument}`).description(description);
}

async function steer(id: string, flags: SteerFlags): Promise<number> {
  const changes = changesOf(flags, readJson);
  if (changes.length === 0) throw new UserError("Nothing to change.", "`npm run lab -- steer --help` lists the flags.", 2);
  const api = await connectApp();
  for (const change of changes) await api.steer(id, change);
  return print("Taken; it takes effect when the next episode is decided.");
}

/** A file with JSON, or the JSON itself. */
function readJson(file: string): unknown {
  if (file.trimStart().startsWith("{")) return parseJson(file, "What was given");
  const path = fromCaller(file);
  if (!existsSync(path)) throw new UserError(`There is no file ${path}.`, "Name a file with a recipe as JSON.", 2);
  return parseJson(readFileSync(path, "utf8"), path);
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new UserError(`${what} is not JSON.`, "Write a recipe as the page shows it.", 2, { cause });
  }
}

function print(text: string): number {
  console.log(text);
  return 0;
}

async function list(flags: { limit: string; cursor?: string }): Promise<number> {
  const limit = Number(flags.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 200) throw new UserError(`"${flags.limit}" is no number of experiments.`, "Give --limit a number from 1 to 200.", 2);
  const page = await (await connectApp()).list(limit, flags.cursor);
  return print(`${listText(page)}${page.nextCursor ? `\nMore: npm run lab -- list --cursor ${page.nextCursor}` : ""}`);
}

async function addBenchmark(file: string, title: string): Promise<number> {
  const path = fromCaller(file);
  if (!existsSync(path)) throw new UserError(`There is no file ${path}.`, "Name a .jsonl or .yaml file.", 2);
  const upload = benchmarkUploadSchema.safeParse({ ...uploadOf(basename(path), readFileSync(path, "utf8")), title });
  if (!upload.success) throw new UserError(upload.error.issues.map((issue) => issue.message).join(" "), "Correct the file and add it again.", 2);
  const { name, items } = await (await connectApp()).addBenchmark(upload.data);
  return print(`Added ${name} with ${items} items. Use it with: npm run lab -- run --dataset ${name} …`);
}

async function run(flags: RunFlags): Promise<number> {
  const specOnly = flags.showSpec === true && flags.model !== undefined && flags.dataset === undefined && !flags.interactive;
  if (!flags.interactive && !specOnly) parseLaunch(flags);
  const api = await connectApp();
  const answers = flags.interactive ? await askMissing(flags, api) : flags;
  if (flags.showSpec && answers.model) print(`${specText(await api.spec(localModel(answers.model)))}\n`);
  if (specOnly) return 0;
  const spoken = flags.goal ? await goalOf(api, flags.goal) : null;
  if (spoken) print(`${spoken.text}\n`);
  return launchAndWatch(api, parseLaunch({ ...flags, ...answers }, spoken?.launch), flags);
}

async function launchAndWatch(api: Api, launch: Launch, { json, recipe }: Pick<RunFlags, "json" | "recipe">): Promise<number> {
  const next = recipe === undefined ? null : (readJson(recipe) as Recipe);
  const started = await api.launch(launch);
  // The baseline is measured first, so it is set long before the first episode is decided.
  if (next) await api.steer(started.id, { kind: "next", recipe: next });
  print(`Experiment ${started.name}\nWatch it at ${api.link(`/experiments/${started.id}`)}\n`);
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort());
  const view = await watchExperiment(api, { id: started.id, maxEpisodes: launch.maxEpisodes }, interrupted.signal).catch((error: unknown) => {
    if (interrupted.signal.aborted) return null;
    throw error;
  });
  if (!view) {
    print(`\nThe experiment goes on without this terminal.\n  npm run lab -- show ${started.name}\n  npm run lab -- stop ${started.name}\n  ${started.url}`);
    return 130;
  }
  print(`\n${experimentText(view, await api.modelUse(started.id))}`);
  if (json) await writeJson(json, resultOf(view, { url: started.url }));
  if (view.status !== "failed") return 0;
  throw new UserError(`The experiment failed: ${view.error?.message ?? describeReason(view.terminationReason)}`, view.error?.remedy ?? "");
}

/** The same schema as the form's and the API's, so that a wrong flag is refused before anything starts. Flags win over words. */
function parseLaunch(flags: RunFlags, spoken: SpokenLaunch = {}): Launch {
  const parsed = launchSchema.safeParse({
    model: localModel(flags.model ?? ""),
    benchmarks: namesOf(flags.dataset),
    maxEpisodes: flags.episodes ?? spoken.maxEpisodes ?? 10,
    budgetHours: flags.hours ?? spoken.budgetHours ?? 4,
    seed: flags.seed,
    reuse: flags.reuse,
    ...goalFromFlags(flags, spoken),
    rules: rulesFromFlags(flags, spoken.rules),
    templates: namesOf(flags.template),
    itemLimit: flags.limit ?? spoken.itemLimit,
  });
  if (parsed.success) return parsed.data;
  const flagOf: Record<string, string> = { model: "--model", benchmarks: "--dataset", maxEpisodes: "--episodes", budgetHours: "--hours", seed: "--seed", itemLimit: "--limit", templates: "--template", rules: "--only, --forbid, --pin", strategy: "--strategy", goal: "--preset, --max-…", limits: "--max-…, --target" };
  const problems = parsed.error.issues.map((issue) => `${flagOf[String(issue.path[0])] ?? ""}: ${issue.message}`);
  throw new UserError("The run was not started.", `${problems.join("\n  ")}\n  -i asks for what is missing; \`npm run lab -- run --help\` lists the flags.`, 2);
}

/** A folder is named from where the person stands; the runner, elsewhere, needs its full path. */
function localModel(model: string): string {
  const isPath = model.startsWith(".") || model.startsWith("/");
  return isPath && existsSync(fromCaller(model)) ? fromCaller(model) : model;
}
