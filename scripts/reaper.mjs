/**
 * Outlives its supervisor by some seconds: when the pipe to it closes without the state file having been removed,
 * the supervisor was killed, and the components that the file names are ended in its place.
 */
import { readFileSync } from "node:fs";

const [stateFile, supervisor] = process.argv.slice(2);

process.stdin.resume();
process.stdin.on("error", () => undefined);
process.stdin.on("close", () => void reap());

async function reap() {
  const state = readState();
  // Removed by an orderly stop, or already another supervisor's.
  if (!state || String(state.pid) !== supervisor) return;
  const living = Object.entries(state.pids).filter(([, { pid, marker }]) => commandLine(pid).includes(marker));
  for (const [name, { pid }] of living) signalGroup(pid, name === "postgres" ? "SIGINT" : "SIGTERM");
  for (let waitedMs = 0; waitedMs < 8_000 && living.some(([, { pid }]) => signalGroup(pid, 0)); waitedMs += 100) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  for (const [, { pid }] of living) signalGroup(pid, "SIGKILL");
}

function readState() {
  try {
    return JSON.parse(readFileSync(stateFile, "utf8"));
  } catch {
    return null;
  }
}

/** Empty where the system has no /proc: then nothing is ended rather than a stranger's process. */
function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

function signalGroup(leader, signal) {
  try {
    process.kill(-leader, signal);
    return true;
  } catch {
    return false;
  }
}
