import { spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { dataFolder, root } from "./context.mjs";
import { SetupError } from "./errors.mjs";

export function logFile() {
  return join(dataFolder(), "logs", "setup.log");
}

/** @param {string} line */
function log(line) {
  mkdirSync(dirname(logFile()), { recursive: true });
  appendFileSync(logFile(), `${line}\n`);
}

/** @param {number} count */
export function lastLogLines(count) {
  if (!existsSync(logFile())) return "";
  return indent(readFileSync(logFile(), "utf8").trimEnd().split("\n").slice(-count));
}

/** @param {string[]} lines */
export function indent(lines) {
  return lines.map((line) => `  | ${line}`).join("\n");
}

/** One line a step: rewritten in place on a terminal, started and ended (with a sign of life) elsewhere. */
export class Progress {
  #quiet;
  #terminal = process.stderr.isTTY === true;

  /** @param {boolean} quiet says nothing of steps that are done already */
  constructor(quiet) {
    this.#quiet = quiet;
  }

  /** @param {string} title */
  ready(title) {
    if (!this.#quiet) this.#print(`✓ ${title}: ready`);
  }

  /** @param {string} title @param {string} reason @param {(report: (detail: string) => void) => Promise<void>} work */
  async during(title, reason, work) {
    const start = Date.now();
    let detail = reason;
    const seconds = () => Math.round((Date.now() - start) / 1000);
    log(`\n== ${new Date().toISOString()} ${title} (${reason})`);
    if (!this.#terminal) this.#print(`• ${title}: ${reason}`);
    const draw = () => {
      const line = `• ${title}: ${seconds()} s, ${detail}`;
      if (this.#terminal) process.stderr.write(`\r\u001b[2K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
      else this.#print(line);
    };
    const timer = setInterval(draw, this.#terminal ? 500 : 20_000);
    try {
      await work((text) => (detail = text));
      this.#print(`${this.#terminal ? "\r\u001b[2K" : ""}✓ ${title}: done in ${seconds()} s`);
    } catch (error) {
      this.#print(`${this.#terminal ? "\r\u001b[2K" : ""}✗ ${title}: failed after ${seconds()} s`);
      throw error;
    } finally {
      clearInterval(timer);
    }
  }

  /** Set-up speaks on stderr, so that a command's own output can be piped. @param {string} line */
  #print(line) {
    process.stderr.write(`${line}\n`);
  }
}

let current = null;

/** The process that set-up waits for at this moment; recorded so that the next run can end it when this one is killed. */
export function currentChild() {
  return current;
}

const childFile = () => join(dataFolder(), "run", "setup-child.json");

/**
 * Runs a command with its output in the log file.
 * @param {string} command @param {string[]} args
 * @param {{ env?: Record<string, string>, onLine?: (line: string) => void }} [options]
 * @returns {Promise<number>} the exit code
 */
export function runLogged(command, args, { env = {}, onLine } = {}) {
  log(`$ ${[command, ...args].join(" ")}`);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    current = child;
    mkdirSync(dirname(childFile()), { recursive: true });
    writeFileSync(childFile(), JSON.stringify({ pid: child.pid, command, args }));
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        log(line);
        onLine?.(line);
      });
    }
    child.once("error", (error) => reject(new SetupError(`Could not run ${command}: ${error.message}.`, "Is it installed and on the PATH?")));
    child.once("close", (code) => {
      current = null;
      resolve(code ?? 1);
    });
  });
}
