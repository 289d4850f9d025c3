import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { dataFolder, pinnedNode, root, runningApp } from "./context.mjs";
import { diagnose } from "./doctor.mjs";
import { setupLock } from "./lock.mjs";
import { SetupError } from "./errors.mjs";
import { Progress, indent, lastLogLines, logFile } from "./progress.mjs";
import { nodePackages, prismaClient, webBuild } from "./steps.mjs";
import { pythonLibraries } from "./python.mjs";

const everything = [nodePackages, pythonLibraries, prismaClient, webBuild];

/** Which steps a command needs; each is skipped in milliseconds when its stamp is current. */
const needs = {
  demo: everything,
  start: everything,
  chaos: everything,
  "bench/dashboard": everything,
  test: everything,
  lab: everything,
  screenshots: everything,
  dev: [nodePackages, pythonLibraries, prismaClient],
  engine: [nodePackages, prismaClient],
  conformance: [nodePackages, prismaClient],
  migrate: [nodePackages, prismaClient],
};

/** @param {string[]} argv @returns {Promise<number>} the exit code */
export async function main([command = "start", ...args]) {
  loadEnvironmentFile();
  if (command === "doctor") return diagnose();
  const steps = stepsFor(command, args);
  if (!steps) {
    console.error(`✗ Unknown command "${command}". Known: ${[...Object.keys(needs), "doctor"].join(", ")}.`);
    return 2;
  }
  // An answer that others parse, and a quick look, are not preceded by lines that say that all is well.
  const quiet = command === "lab" || command === "engine" || args.includes("--stop");
  try {
    await prepare(steps, quiet);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    if (error.showLog) console.error(error.lines?.length ? indent(error.lines) : lastLogLines(15));
    console.error(`✗ ${error.message}`);
    if (error.remedy) console.error(`  ${error.remedy}`);
    if (error.showLog) console.error(`  The whole output is in ${logFile()}.`);
    return 3;
  }
  return handOver(command, args);
}

/** @param {string} command @param {string[]} args */
function stepsFor(command, args) {
  if (args.includes("--stop")) return [nodePackages, prismaClient];
  if (command !== "lab") return needs[command];
  const [verb, target] = args;
  const offline = !verb || verb.startsWith("-") || args.includes("--help") || args.includes("-h") || (verb === "analyze" && target && existsSync(resolve(process.env.INIT_CWD ?? root, target)));
  return offline || runningApp() ? [nodePackages, prismaClient] : needs.lab;
}

/** @param {import("./steps.mjs").Step[]} steps @param {boolean} quiet */
async function prepare(steps, quiet) {
  let release = () => {};
  const progress = new Progress(quiet);
  try {
    let locked = false;
    for (const step of steps) {
      let reason = await step.reason();
      if (reason && !locked) {
        release = await setupLock(join(dataFolder(), "run", "setup.lock"));
        locked = true;
        reason = await step.reason();
      }
      if (!reason) progress.ready(step.title);
      else await progress.during(step.title, reason, (report) => step.run(report));
    }
  } finally {
    release();
  }
}

/** Variables set by the person win over .env, so that one run can differ from it. */
function loadEnvironmentFile() {
  const file = join(root, ".env");
  if (existsSync(file)) process.loadEnvFile(file);
}

/** @param {string} command @param {string[]} args @returns {Promise<number>} */
function handOver(command, args) {
  const script = join(root, "scripts", `${command}.ts`);
  const env = { ...process.env, PATH: `${join(root, "node_modules", ".bin")}${process.platform === "win32" ? ";" : ":"}${process.env.PATH ?? ""}` };
  const child = spawn(pinnedNode(), ["--import", "tsx", script, ...args], { cwd: root, stdio: "inherit", env });
  // The terminal sends Ctrl-C to the whole group; this process only has to outlive the child and pass on its exit code.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve) => {
    child.once("error", (error) => {
      console.error(`✗ Could not start ${pinnedNode()}: ${error.message}. Delete node_modules and run this command again.`);
      resolve(3);
    });
    child.once("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}
