import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { root } from "./settings";

export interface Counts {
  passed: number;
  failed: number;
}

export interface Stage {
  name: string;
  title: string;
  run(): Promise<Counts & { output: string }>;
}

export interface Finished {
  code: number;
  output: string;
}

/** Longer than any stage takes on a slow machine; a stage that hangs must fail, not the whole run with it. */
const patienceMs = 15 * 60_000;

/** Runs a command to its end and keeps its output; nothing can be typed into it. */
export function runCommand(command: string, args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: options.cwd ?? root, env: options.env ?? process.env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const patience = setTimeout(() => {
      output += `\nStill not done after ${patienceMs / 60_000} minutes: stopped.\n`;
      child.kill("SIGTERM");
    }, patienceMs);
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.once("error", (error) => resolve({ code: 1, output: `${command}: ${error.message}` }));
    child.once("close", (code) => {
      clearTimeout(patience);
      resolve({ code: code ?? 1, output });
    });
  });
}

/** A command that counts as one check: it passes or it fails. */
export async function check(command: string, args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Promise<Counts & { output: string }> {
  const { code, output } = await runCommand(command, args, options);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, output };
}

/**
 * Test results by the file in which the tool wrote them. A tool that failed without naming a failed test
 * (a crash, a missing file) counts as one failure, so that it can never pass unseen.
 */
export function counted({ code, output }: Finished, read: () => Counts): Counts & { output: string } {
  let counts: Counts;
  try {
    counts = read();
  } catch (error) {
    return { passed: 0, failed: 1, output: `${output}\n${String(error)}` };
  }
  const silent = counts.failed === 0 && (code !== 0 || counts.passed === 0);
  return { ...counts, failed: silent ? 1 : counts.failed, output };
}

export function readVitest(file: string): Counts {
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(file, "utf8")) as { numPassedTests: number; numFailedTests: number };
  return { passed: numPassedTests, failed: numFailedTests };
}

export function readPlaywright(file: string): Counts {
  const { stats } = JSON.parse(readFileSync(file, "utf8")) as { stats: { expected: number; unexpected: number; flaky: number } };
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky };
}

/** JUnit: the attributes of every <testsuite>; skipped tests are neither passed nor failed. */
export function readJUnit(xml: string): Counts {
  let counts: Counts = { passed: 0, failed: 0 };
  for (const [tag] of xml.matchAll(/<testsuite [^>]*>/g)) {
    const number = (name: string): number => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(tag)?.[1] ?? 0);
    const failed = number("failures") + number("errors");
    counts = { passed: counts.passed + number("tests") - failed - number("skipped"), failed: counts.failed + failed };
  }
  return counts;
}

/** Runs stages one after another; each prints a line with its result and time, and a failed one the end of its output. */
export async function runStages(stages: Stage[]): Promise<Counts> {
  const total: Counts = { passed: 0, failed: 0 };
  for (const stage of stages) {
    const start = Date.now();
    const { passed, failed, output } = await stage.run().catch((error: unknown) => ({ passed: 0, failed: 1, output: error instanceof Error ? (error.stack ?? error.message) : String(error) }));
    total.passed += passed;
    total.failed += failed;
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    console.log(`${failed === 0 ? "✓" : "✗"} ${stage.title.padEnd(34)} ${String(passed).padStart(4)} passed ${failed > 0 ? `${failed} failed ` : ""}(${seconds} s)`);
    if (failed > 0) console.log(output.trimEnd().split("\n").slice(-60).map((line) => `  | ${line}`).join("\n"));
  }
  return total;
}
