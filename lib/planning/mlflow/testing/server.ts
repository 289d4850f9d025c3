import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "@/lib/free-port";

const run = promisify(execFile);
const root = process.cwd();
const requirements = join(import.meta.dirname, "requirements.txt");
const startMs = 400_000;

/** An environment of its own with MLflow's server, made once; its name says what is in it. Null where nothing can be downloaded. */
async function environment(): Promise<string | null> {
  const name = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const folder = join(root, "data/cache", `mlflow-${name}`);
  const ready = join(folder, "ready");
  if (existsSync(ready)) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(root, "data/cache"), { recursive: true });
  await run(join(root, "gpu-runner/.venv/bin/python"), ["-m", "venv", folder]);
  try {
    await run(join(folder, "bin/pip"), ["install", "--quiet", "--disable-pip-version-check", "-r", requirements], { maxBuffer: 1e8 });
  } catch (error) {
    const offline = /NewConnectionError|Temporary failure in name resolution|Network is unreachable|Failed to establish a new connection/.test(String(error));
    if (offline && !process.env.CI) return null;
    throw error;
  }
  writeFileSync(ready, "");
  return folder;
}

export interface MlflowServer {
  url: string;
  stop(): Promise<void>;
}

/** Starts a real MLflow server on a SQLite file of its own. Null where its packages cannot be had. */
export async function startMlflowServer(): Promise<MlflowServer | null> {
  const venv = await environment();
  if (!venv) return null;
  const folder = await mkdtemp(join(tmpdir(), "pareto-mlflow-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const command = ["server", "--backend-store-uri", `sqlite:///${folder}/mlflow.db`, "--default-artifact-root", join(folder, "artifacts"), "--host", "127.0.0.1", "--port", String(port), "--workers", "1", "--gunicorn-opts", "--log-level warning"];
  // In a group of its own, so that its workers end with it.
  const child = spawn(join(venv, "bin/mlflow"), command, { cwd: folder, detached: true, stdio: ["ignore", "ignore", "pipe"], env: { NODE_ENV: "test", PATH: `${venv}/bin:${process.env.PATH}`, HOME: folder, MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false" } });
  let output = "";
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const stop = async (): Promise<void> => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    // Nothing of it is kept, so it need not end in order.
    if (child.exitCode === null && child.pid) process.kill(-child.pid, "SIGKILL");
    if (child.exitCode === null) await ended;
    await rm(folder, { recursive: true, force: true });
  };
  for (const deadline = Date.now() + startMs; Date.now() < deadline && child.exitCode === null; await delay(200)) {
    if ((await fetch(`${url}/health`).catch(() => null))?.ok) return { url, stop };
  }
  await stop();
  throw new Error(`The MLflow server did not start:\n${output.slice(-4000)}`);
}
