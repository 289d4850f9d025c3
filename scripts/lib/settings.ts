import { join, resolve } from "node:path";
import { UserError } from "./errors";

export const root = resolve(import.meta.dirname, "../..");

export type PortName = "web" | "engine" | "runner" | "postgres";

/** Where a port is set, and what it is when nobody sets it. */
export const portSettings: Record<PortName, { env: string; flag: string; standard: number }> = {
  web: { env: "WEB_PORT", flag: "--web-port", standard: 3000 },
  engine: { env: "ENGINE_PORT", flag: "--engine-port", standard: 8288 },
  runner: { env: "RUNNER_PORT", flag: "--runner-port", standard: 8765 },
  postgres: { env: "POSTGRES_PORT", flag: "--postgres-port", standard: 5433 },
};

export interface Settings {
  mode: "start" | "dev";
  dataFolder: string;
  ports: Record<PortName, number>;
  webUrl: string;
  runnerUrl: string;
  engineUrl: string;
  /** Null: the embedded PostgreSQL is started. */
  databaseUrl: string | null;
  /** True when a person's own Inngest server, or runner, is used instead of the embedded one. */
  ownEngine: boolean;
  ownRunner: boolean;
}

export type PortFlags = Partial<Record<PortName, string | number>>;

/** Flags win over the environment, which wins over the defaults. */
export function readSettings(mode: Settings["mode"], flags: PortFlags = {}, env: NodeJS.ProcessEnv = process.env): Settings {
  const names = Object.keys(portSettings) as PortName[];
  const ports = Object.fromEntries(names.map((name) => [name, readPort(name, flags[name] ?? env[portSettings[name].env])])) as Settings["ports"];
  const ownEngine = Boolean(env.INNGEST_BASE_URL);
  const ownRunner = Boolean(env.RUNNER_URL);
  if (ownEngine && !(env.INNGEST_EVENT_KEY && env.INNGEST_SIGNING_KEY)) {
    throw new UserError("INNGEST_BASE_URL is set without its keys.", "Set INNGEST_EVENT_KEY and INNGEST_SIGNING_KEY too, or unset INNGEST_BASE_URL to use the embedded engine.", 2);
  }
  if (ownRunner && !env.RUNNER_KEY) {
    throw new UserError("RUNNER_URL is set without RUNNER_KEY.", "Set RUNNER_KEY to that runner's key, or unset RUNNER_URL to start a runner here.", 2);
  }
  return {
    mode,
    dataFolder: dataFolder(env),
    ports,
    webUrl: `http://127.0.0.1:${ports.web}`,
    runnerUrl: env.RUNNER_URL || `http://127.0.0.1:${ports.runner}`,
    engineUrl: env.INNGEST_BASE_URL || `http://127.0.0.1:${ports.engine}`,
    databaseUrl: env.DATABASE_URL || null,
    ownEngine,
    ownRunner,
  };
}

export function dataFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.PARETO_DATA ? resolve(env.PARETO_DATA) : join(root, "data");
}

function readPort(name: PortName, value: string | number | undefined): number {
  const { env, flag, standard } = portSettings[name];
  if (value === undefined || value === "") return standard;
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new UserError(`"${value}" is no port.`, `Give ${flag} (or ${env}) a number from 1 to 65535.`, 2);
  }
  return port;
}
