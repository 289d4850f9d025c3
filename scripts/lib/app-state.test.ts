import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockDataFolder, readState, runningApp, stateFile, writeState, type AppState } from "./app-state";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pareto-state-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Above the largest process number of Linux, so that it is nobody's. */
const nobody = 2 ** 22 + 1;
const state: AppState = { pid: nobody, mode: "start", webUrl: "http://127.0.0.1:3000", ready: true, startedAt: "", ports: { web: 1, engine: 2, runner: 3, postgres: 4 }, pids: {} };

test("a lock of a process that is gone is taken over", async () => {
  mkdirSync(join(folder, "run"));
  writeFileSync(join(folder, "run/supervisor.lock"), String(nobody));
  writeState(folder, state);
  const release = await lockDataFolder(folder);
  release();
  expect(existsSync(join(folder, "run/supervisor.lock"))).toBe(false);
});

test("the state of a process that is gone is no running app", () => {
  writeState(folder, state);
  expect(readState(folder)).toEqual(state);
  expect(runningApp(folder)).toBeNull();
});

test("a damaged state file is no running app", () => {
  mkdirSync(join(folder, "run"));
  writeFileSync(stateFile(folder), '{"pid":');
  expect(runningApp(folder)).toBeNull();
});
