import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isAlive, readJson } from "./context.mjs";
import { currentChild } from "./progress.mjs";

/**
 * Keeps two set-ups from working on the same folders. Waits for a living holder; takes over from a dead one,
 * after ending the npm or pip that it may have left behind.
 * @param {string} file @returns {Promise<() => void>} releases the lock
 */
export async function setupLock(file) {
  mkdirSync(dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ pid: process.pid }));
  let told = false;
  for (;;) {
    try {
      // A hard link appears at once with its content, so nobody reads a lock that is not written yet.
      linkSync(own, file);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const holder = readJson(file);
    if (holder && isAlive(holder.pid)) {
      if (!told) process.stderr.write(`• Waiting for another set-up (process ${holder.pid}) to end\n`);
      told = true;
      await new Promise((resolve) => setTimeout(resolve, 500));
    } else {
      rmSync(file, { force: true });
    }
  }
  rmSync(own, { force: true });
  endOrphan(join(dirname(file), "setup-child.json"));
  const release = () => rmSync(file, { force: true });
  const interrupted = (signal) => {
    currentChild()?.kill(signal);
    release();
    process.stderr.write("\n✗ Set-up interrupted; the next run goes on from here.\n");
    process.exit(130);
  };
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  return () => {
    process.off("SIGINT", interrupted);
    process.off("SIGTERM", interrupted);
    rmSync(join(dirname(file), "setup-child.json"), { force: true });
    release();
  };
}

/** @param {string} file record of the child of a set-up that was killed */
function endOrphan(file) {
  const orphan = readJson(file);
  if (!orphan?.pid || !isAlive(orphan.pid)) return;
  // The number may belong to a stranger by now, so the command line decides.
  if (!commandLine(orphan.pid).includes(orphan.args.slice(0, 2).join("\0"))) return;
  process.kill(orphan.pid, "SIGKILL");
}

/** @param {number} pid @returns {string} arguments joined by NUL; empty where the system has no /proc */
function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
