import { join } from "node:path";
import { Client } from "pg";
import type { ComponentSpec } from "./component";
import type { Secrets } from "./secrets";
import { root, type PortName, type Settings } from "./settings";

/** Database name inside the embedded server. */
export const databaseName = "pareto";

export function databaseUrlOf(settings: Settings, secrets: Secrets): string {
  return settings.databaseUrl ?? `postgresql://pareto:${secrets.postgresPassword}@127.0.0.1:${settings.ports.postgres}/${databaseName}`;
}

/** Everything that web and engine read from the environment; the runner gets less. */
export function appEnvironment(settings: Settings, secrets: Secrets): NodeJS.ProcessEnv {
  return {
    ...withoutEmpty(process.env),
    NODE_ENV: settings.mode === "dev" ? "development" : "production",
    NEXT_TELEMETRY_DISABLED: "1",
    PARETO_DATA: settings.dataFolder,
    DATABASE_URL: databaseUrlOf(settings, secrets),
    PARETO_WEB_URL: settings.webUrl,
    PARETO_ACCESS_KEY: secrets.accessKey,
    RUNNER_URL: settings.runnerUrl,
    RUNNER_KEY: settings.ownRunner ? process.env.RUNNER_KEY : secrets.runnerKey,
    INNGEST_BASE_URL: settings.engineUrl,
    INNGEST_EVENT_KEY: settings.ownEngine ? process.env.INNGEST_EVENT_KEY : secrets.inngestEventKey,
    INNGEST_SIGNING_KEY: settings.ownEngine ? process.env.INNGEST_SIGNING_KEY : secrets.inngestSigningKey,
    INNGEST_DEV: "0",
    INNGEST_ENABLE_UNAUTHED_SYNC: "0",
  };
}

/** The components to start on this machine, in the order in which they are stopped last to first. */
export function componentSpecs(settings: Settings, secrets: Secrets): Partial<Record<PortName, ComponentSpec>> {
  const specs: Partial<Record<PortName, ComponentSpec>> = {};
  if (!settings.databaseUrl) specs.postgres = postgresSpec(settings, secrets);
  if (!settings.ownRunner) specs.runner = runnerSpec(settings, secrets);
  if (!settings.ownEngine) specs.engine = engineSpec(settings, secrets);
  specs.web = webSpec(settings, secrets);
  return specs;
}

const logOf = (settings: Settings, name: string): string => join(settings.dataFolder, "logs", `${name}.log`);

function postgresSpec(settings: Settings, secrets: Secrets): ComponentSpec {
  const url = databaseUrlOf(settings, secrets);
  return {
    name: "postgres",
    title: "Database",
    command: process.execPath,
    args: ["--import", "tsx", "scripts/postgres.ts"],
    cwd: root,
    env: {
      ...pick(["PATH", "HOME", "LANG", "TZ", "TMPDIR"]),
      POSTGRES_FOLDER: join(settings.dataFolder, "postgres"),
      POSTGRES_PORT: String(settings.ports.postgres),
      POSTGRES_PASSWORD: secrets.postgresPassword,
    },
    marker: "scripts/postgres.ts",
    logFile: logOf(settings, "postgres"),
    stopSignal: "SIGINT",
    stopWithinMs: 15_000,
    readyWithinMs: 60_000,
    ready: async () => `${await databaseVersion(url)}, embedded, on 127.0.0.1:${settings.ports.postgres}`,
  };
}

function runnerSpec(settings: Settings, secrets: Secrets): ComponentSpec {
  // The runner executes model code; it never sees what it does not need.
  const visible = Object.keys(process.env).filter((name) => !/^(DATABASE_URL|OPENAI_|OPENROUTER_|ANTHROPIC_|PARETO_MODEL|PARETO_COMPATIBLE_|INNGEST_|MLFLOW_|POSTGRES_|PARETO_ACCESS_KEY)/.test(name));
  return {
    name: "runner",
    title: "Runner",
    command: join(root, "gpu-runner/.venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python"),
    args: ["-m", "pareto_runner"],
    cwd: join(root, "gpu-runner"),
    env: {
      ...pick(visible),
      PARETO_DATA: settings.dataFolder,
      RUNNER_HOST: "127.0.0.1",
      RUNNER_PORT: String(settings.ports.runner),
      RUNNER_KEY: secrets.runnerKey,
      PYTHONUNBUFFERED: "1",
    },
    marker: "pareto_runner",
    logFile: logOf(settings, "runner"),
    stopSignal: "SIGTERM",
    stopWithinMs: 10_000,
    readyWithinMs: 120_000,
    ready: () => answers(`${settings.runnerUrl}/health`),
  };
}

/** Quick at first, since most failures are a neighbour that is being restarted; with 20 retries a step outlasts a runner that is away for two hours. */
const backoffSeconds = "1,2,5,10,30,60,120,300,600";

function engineSpec(settings: Settings, secrets: Secrets): ComponentSpec {
  return {
    name: "engine",
    title: "Engine",
    command: process.execPath,
    args: ["--import", "tsx", "scripts/engine.ts", "--port", String(settings.ports.engine), "--app-url", `${settings.webUrl}/api/inngest`, "--backoff", backoffSeconds],
    cwd: root,
    env: { ...appEnvironment(settings, secrets), PARETO_SERVICE: "engine" },
    marker: "scripts/engine.ts",
    logFile: logOf(settings, "engine"),
    stopSignal: "SIGTERM",
    stopWithinMs: 8_000,
    readyWithinMs: 60_000,
    ready: () => answers(`${settings.engineUrl}/health`),
  };
}

function webSpec(settings: Settings, secrets: Secrets): ComponentSpec {
  return {
    name: "web",
    title: "Web app",
    command: process.execPath,
    args: ["node_modules/next/dist/bin/next", settings.mode, "-H", "127.0.0.1", "-p", String(settings.ports.web)],
    cwd: root,
    env: { ...appEnvironment(settings, secrets), PARETO_SERVICE: "web" },
    // Next renames its process to "next-server".
    marker: "next",
    logFile: logOf(settings, "web"),
    stopSignal: "SIGTERM",
    // Open event streams would keep it waiting; the browsers reconnect.
    stopWithinMs: 3_000,
    readyWithinMs: 120_000,
    ready: async () => ((await answers(`${settings.webUrl}/api/health`)) === null ? null : settings.webUrl),
  };
}

/** Any JSON answer will do: a part that answers "degraded" is up, and what it waits for is another part. */
async function answers(url: string): Promise<string | null> {
  const reply = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (reply.status >= 500 && reply.status !== 503) return null;
  await reply.json();
  return new URL(url).host;
}

export async function databaseVersion(url: string): Promise<string> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>("show server_version");
    return `PostgreSQL ${rows[0]?.server_version}`;
  } finally {
    await client.end();
  }
}

/** `NAME=` in an .env file means "not set", but a library that reads the variable itself takes it for a wrong value. */
function withoutEmpty(env: NodeJS.ProcessEnv): Partial<NodeJS.ProcessEnv> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
}

function pick(names: string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))) as NodeJS.ProcessEnv;
}
