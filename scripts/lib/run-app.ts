import { Command } from "commander";
import { App } from "../supervisor";
import { readState, runningApp, type AppState } from "./app-state";
import { startInBackground } from "./background";
import { apiOf } from "./connect";
import { runMain, UserError } from "./errors";
import { isAlive, waitUntil } from "./processes";
import { dataFolder, portSettings, readSettings, type PortFlags, type PortName, type Settings } from "./settings";

interface StartFlags {
  stop?: boolean;
  background?: boolean;
}

/** `npm start` and `npm run dev`: the app in this terminal until Ctrl-C, or in the background. */
export function runApp(mode: Settings["mode"]): Promise<never> {
  const program = new Command(mode === "dev" ? "npm run dev --" : "npm start --").description("Starts Pareto Lab on this machine; Ctrl-C stops it.");
  addPortFlags(program);
  program.option("--background", "start it and return to the shell").option("--stop", "stop the running one").parse();
  const flags = program.opts<StartFlags>();
  return runMain(async () => {
    if (flags.stop) return stopApp();
    const settings = readSettings(mode, portFlags(program));
    const running = runningApp(settings.dataFolder);
    if (running) return sayRunning(running, settings.dataFolder);
    if (flags.background) return sayRunning(await startInBackground(settings), settings.dataFolder);
    const app = await App.start(settings, { line: (text) => console.log(text) });
    console.log(`\nPareto Lab is at ${settings.webUrl}\n${await signInText(settings.webUrl, settings.dataFolder)}\nCtrl-C stops it.`);
    return waitForEnd(app);
  });
}

/** Blocks until a signal or a component that keeps crashing ends the app; a second Ctrl-C does not wait for the orderly stop. */
export async function waitForEnd(app: App): Promise<number> {
  const signalled = new Promise<null>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve(null));
  });
  const failure = await Promise.race([signalled, app.failed]);
  process.once("SIGINT", () => process.exit(130));
  if (!failure) console.log("\nStopping…");
  await app.stop();
  if (failure) throw failure;
  return 0;
}

export function addPortFlags(program: Command): void {
  for (const [name, { flag, env, standard }] of Object.entries(portSettings)) {
    program.option(`${flag} <port>`, `port of the ${name} (${env}, else ${standard})`);
  }
}

export function portFlags(program: Command): PortFlags {
  const options = program.opts<Record<string, string>>();
  const names = Object.keys(portSettings) as PortName[];
  return Object.fromEntries(names.map((name) => [name, options[`${name}Port`]]));
}

/** The cookie lasts, so that most people open a link of this kind once. */
async function signInText(webUrl: string, folder: string): Promise<string> {
  return `Sign in with this link, which is good once and for 12 hours:\n  ${(await apiOf(webUrl, folder)).link()}`;
}

async function sayRunning(state: AppState, folder: string): Promise<number> {
  console.log(`Pareto Lab is running at ${state.webUrl} (process ${state.pid}).\n${await signInText(state.webUrl, folder)}\n\`npm start -- --stop\` stops it.`);
  return 0;
}

async function stopApp(): Promise<number> {
  const running = runningApp(dataFolder());
  if (!running) {
    console.log("Pareto Lab is not running.");
    return 0;
  }
  process.kill(running.pid, "SIGTERM");
  if (!(await waitUntil(() => !isAlive(running.pid), 45_000))) {
    throw new UserError(`Process ${running.pid} does not end.`, `Kill it with \`kill -9 ${running.pid}\`; its components end with it.`);
  }
  console.log(readState(dataFolder()) ? "Stopped, but not in order; the next start cleans up." : "Stopped.");
  return 0;
}
