import { Command } from "commander";
import { formatNumber, formatSeconds } from "@/lib/domain/format";
import type { ExperimentView } from "@/lib/experiments/schema";
import { App } from "./supervisor";
import { type Api } from "./lib/api";
import { runningApp } from "./lib/app-state";
import { apiOf } from "./lib/connect";
import { runMain, UserError } from "./lib/errors";
import { describeReason, frontTable } from "./lib/print";
import { resultOf, writeJson } from "./lib/result-json";
import { addPortFlags, portFlags, waitForEnd } from "./lib/run-app";
import { dataFolder, readSettings } from "./lib/settings";
import { watchExperiment } from "./lib/watch";

interface Flags {
  exit?: boolean;
  json?: string;
  episodes: string;
  limit?: string;
}

const program = new Command("npm run demo --")
  .description("Starts the app and one experiment on the pocket model, and shows what it finds.")
  .option("--exit", "stop everything at the end")
  .option("--json <file>", "write what was found")
  .option("--episodes <n>", "episodes after the baseline", "6")
  .option("--limit <items>", "items per benchmark, for a quicker and less certain run");
addPortFlags(program);
program.parse();

await runMain(async () => {
  const flags = program.opts<Flags>();
  const began = Date.now();
  const { api, app } = await openApp();
  const startSeconds = (Date.now() - began) / 1000;
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupt);
  let failed: UserError | null = null;
  try {
    const run = runDemo(api, flags, startSeconds, interrupted.signal);
    const crashed = app ? app.failed.then((error) => Promise.reject(error)) : run;
    await Promise.race([run, crashed]);
  } catch (error) {
    if (interrupted.signal.aborted) {
      console.log("\nInterrupted. The experiment goes on from its last finished step when the app runs again (`npm start`).");
      await app?.stop();
      return 130;
    }
    if (!(error instanceof UserError) || flags.exit || !app) {
      await app?.stop();
      throw error;
    }
    failed = error;
    console.error(`✗ ${error.message}\n  ${error.remedy}`);
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupt);
  if (flags.exit || !app) {
    await app?.stop();
    if (app) console.log("Everything is stopped; `npm start` shows the results again.");
    return 0;
  }
  console.log("The app goes on running. Ctrl-C stops it.");
  const code = await waitForEnd(app);
  return failed ? 3 : code;
});

async function openApp(): Promise<{ api: Api; app: App | null }> {
  const running = runningApp(dataFolder());
  if (running?.ready) {
    console.log(`✓ The app is running already, at ${running.webUrl}`);
    return { api: await apiOf(running.webUrl, dataFolder()), app: null };
  }
  const settings = readSettings("start", portFlags(program));
  const app = await App.start(settings, { line: (text) => console.log(text) });
  return { api: await apiOf(settings.webUrl, settings.dataFolder), app };
}

async function runDemo(api: Api, flags: Flags, startSeconds: number, signal: AbortSignal): Promise<void> {
  const benchmarks = (await api.benchmarks()).filter(({ name, availability }) => name.startsWith("pocket_") && availability.available).map(({ name }) => name);
  const started = await api.launch({ model: "pocket", benchmarks, maxEpisodes: flags.episodes, budgetHours: 1, itemLimit: flags.limit, reuse: false });
  const page = `/experiments/${started.id}`;
  console.log(`\nExperiment ${started.name}\nWatch it at ${api.link(page)}\n`);
  const view = await watchExperiment(api, { id: started.id, maxEpisodes: Number(flags.episodes) }, signal);
  printEnd(view, api.link(page));
  if (flags.json) await writeJson(flags.json, resultOf(view, { url: started.url, startSeconds }));
  if (view.status === "failed") {
    throw new UserError(`The experiment failed: ${view.error?.message ?? describeReason(view.terminationReason)}`, view.error?.remedy ?? "`npm run doctor` checks every part.");
  }
}

function printEnd(view: ExperimentView, url: string): void {
  const wall = view.startedAt && view.endedAt ? (Date.parse(view.endedAt) - Date.parse(view.startedAt)) / 1000 : 0;
  console.log(`\nEnded after ${formatSeconds(wall)}: ${describeReason(view.terminationReason)}.\n`);
  console.log(frontTable(view.solutions.filter(({ onFront }) => onFront)));
  console.log(`\nHypervolume   ${view.hypervolume === null ? "none" : formatNumber(view.hypervolume)}`);
  console.log(`Result files  ${view.folder}`);
  console.log(`Page          ${url}\n`);
}
