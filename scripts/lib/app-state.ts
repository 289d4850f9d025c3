import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "./errors";
import { commandLine, endGroup, isAlive } from "./processes";
import type { PortName } from "./settings";

/** What $PARETO_DATA/run/supervisor.json says of a running app; every command finds it by this file. */
export interface AppState {
  pid: number;
  mode: "start" | "dev";
  webUrl: string;
  ready: boolean;
  startedAt: string;
  ports: Record<PortName, number>;
  /** Leaders of the components' process groups, with a word that their command line contains. */
  pids: Partial<Record<PortName, { pid: number; marker: string }>>;
}

export const stateFile = (dataFolder: string): string => join(dataFolder, "run", "supervisor.json");
const lockFile = (dataFolder: string): string => join(dataFolder, "run", "supervisor.lock");

export function readState(dataFolder: string): AppState | null {
  try {
    return JSON.parse(readFileSync(stateFile(dataFolder), "utf8")) as AppState;
  } catch {
    return null;
  }
}

/** The app that runs over this data folder now. */
export function runningApp(dataFolder: string): AppState | null {
  const state = readState(dataFolder);
  return state && isSupervisor(state.pid) ? state : null;
}

export function writeState(dataFolder: string, state: AppState): void {
  const file = stateFile(dataFolder);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.tmp`, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(`${file}.tmp`, file);
}

/** Only one supervisor may run over a data folder. A lock whose process is gone is taken over, and what it left running is ended. */
export async function lockDataFolder(dataFolder: string): Promise<() => void> {
  const file = lockFile(dataFolder);
  mkdirSync(dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    while (!tryLink(own, file)) {
      const holder = Number(readText(file));
      if (holder && isSupervisor(holder)) {
        const url = readState(dataFolder)?.webUrl;
        throw new UserError(`Pareto Lab already runs over ${dataFolder} (process ${holder}${url ? `, ${url}` : ""}).`, "Stop it with `npm start -- --stop`, or give this one its own folder with PARETO_DATA.");
      }
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
  await endLeftovers(dataFolder);
  return () => {
    rmSync(stateFile(dataFolder), { force: true });
    rmSync(file, { force: true });
  };
}

/** A supervisor that was killed may have left its components behind; they hold the ports and the database. */
async function endLeftovers(dataFolder: string): Promise<void> {
  const left = Object.entries(readState(dataFolder)?.pids ?? {});
  await Promise.all(
    left.map(async ([name, { pid, marker }]) => {
      if (commandLine(pid).includes(marker)) await endGroup(pid, name === "postgres" ? "SIGINT" : "SIGTERM", 8_000);
    }),
  );
}

function tryLink(own: string, file: string): boolean {
  try {
    // A hard link appears at once with its content, so nobody reads a lock that is not written yet.
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function isSupervisor(pid: number): boolean {
  return isAlive(pid) && commandLine(pid).includes("scripts");
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
