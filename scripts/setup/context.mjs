import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statfsSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { SetupError } from "./errors.mjs";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

const windows = process.platform === "win32";

export function dataFolder() {
  return process.env.PARETO_DATA ? resolve(process.env.PARETO_DATA) : join(root, "data");
}

/** Node 24, which the npm package `node` brings. */
export function pinnedNode() {
  return join(root, "node_modules/node/bin", windows ? "node.exe" : "node");
}

export function venvFolder() {
  return join(root, "gpu-runner/.venv");
}

export function venvPython() {
  return join(venvFolder(), windows ? "Scripts/python.exe" : "bin/python");
}

/** The app that runs over the data folder, if there is one. @returns {{ pid: number, webUrl: string } | null} */
export function runningApp() {
  const state = readJson(join(dataFolder(), "run", "supervisor.json"));
  return state && isAlive(state.pid) ? state : null;
}

/** @param {number} pid */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** @param {string} file */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

/** Hash of the names and contents of files and whole folders, leaving out what `skip` says. @param {string[]} paths @param {(path: string) => boolean} [skip] */
export function hashPaths(paths, skip = () => false) {
  const hash = createHash("sha256");
  const visit = (path) => {
    const full = join(root, path);
    if (skip(path) || !existsSync(full)) return;
    const entries = listFolder(full);
    if (entries) for (const name of entries.sort()) visit(`${path}/${name}`);
    else hash.update(path).update("\0").update(readFileSync(full)).update("\0");
  };
  for (const path of paths) visit(path);
  return hash.digest("hex").slice(0, 32);
}

/** @param {string} path @returns {string[] | null} null for a file */
function listFolder(path) {
  try {
    return readdirSync(path);
  } catch (error) {
    if (error.code === "ENOTDIR") return null;
    throw error;
  }
}

/** A stamp is written as a step's last act, so an interrupted step is done again. @param {string} file @param {string} value */
export function stampIs(file, value) {
  return existsSync(file) && readFileSync(file, "utf8").trim() === value;
}

/** @param {string} file @param {string} value */
export function writeStamp(file, value) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${value}\n`);
}

/** Bytes that may still be written below `folder`, which need not exist yet. @param {string} folder */
export function freeBytes(folder) {
  let at = folder;
  while (!existsSync(at)) at = dirname(at);
  const { bavail, bsize } = statfsSync(at);
  return bavail * bsize;
}

/** @param {number} free bytes @param {number} neededGb @param {string} what */
export function diskProblem(free, neededGb, what) {
  if (free >= neededGb * 1e9) return null;
  return `Too little disk space: ${what} need about ${neededGb} GB, ${(free / 1e9).toFixed(1)} GB are free.`;
}

/** @param {string} folder @param {number} neededGb @param {string} what */
export function requireDisk(folder, neededGb, what) {
  const problem = diskProblem(freeBytes(folder), neededGb, what);
  if (problem) throw new SetupError(problem, `Free some space on the disk of ${folder}, or move the project to a larger disk, and run this command again.`);
}
