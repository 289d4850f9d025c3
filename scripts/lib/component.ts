import { spawn, type ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "./errors";
import { LogFile, tailOf } from "./log-file";
import { endGroup, signalGroup, waitUntil } from "./processes";
import type { PortName } from "./settings";

export interface ComponentSpec {
  name: PortName;
  title: string;
  command: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** A word of the command line by which the process is recognised later. */
  marker: string;
  logFile: string;
  stopSignal: NodeJS.Signals;
  stopWithinMs: number;
  readyWithinMs: number;
  /** What the component says of itself when it answers, null until then. */
  ready(): Promise<string | null>;
}

export interface ComponentEvents {
  onStart(name: PortName, pid: number): void;
  onDeath(title: string, reason: string, againInMs: number): void;
  onGiveUp(error: UserError): void;
}

/** A process that dies this soon after its start counts as crashing; a healthy one that is killed does not. */
const crashWithinMs = 15_000;
const crashLimit = 6;

/** One child process group: started, restarted with growing pauses when it dies, stopped as a whole. */
export class Component {
  #child: ChildProcess | null = null;
  #stopping = false;
  #failure: UserError | null = null;
  #log: LogFile;
  #loop: Promise<void> | null = null;

  constructor(
    readonly spec: ComponentSpec,
    private readonly events: ComponentEvents,
  ) {
    this.#log = new LogFile(spec.logFile);
  }

  /** Leader of the process group, while it lives. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Starts the process and resolves with what it says of itself once it answers. */
  async start(): Promise<string> {
    this.#loop = this.#supervise();
    const end = Date.now() + this.spec.readyWithinMs;
    for (;;) {
      if (this.#failure) throw this.#failure;
      if (this.#stopping) throw new UserError(`${this.spec.title} was stopped while it started.`, "");
      const detail = await this.spec.ready().catch(() => null);
      if (detail !== null && this.#child) return detail;
      if (Date.now() > end) throw this.#problem(`${this.spec.title} did not answer within ${this.spec.readyWithinMs / 1000} s`);
      await delay(150);
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const pid = this.#child?.pid;
    if (pid) {
      this.#child?.kill(this.spec.stopSignal);
      await waitUntil(() => this.#child === null, this.spec.stopWithinMs, 50);
      await endGroup(pid, "SIGKILL", 0);
    }
    await this.#loop;
    this.#log.close();
  }

  async #supervise(): Promise<void> {
    for (let crashes = 0; !this.#stopping; ) {
      const startedAt = Date.now();
      const reason = await this.#runOnce();
      if (this.#stopping) return;
      crashes = Date.now() - startedAt < crashWithinMs ? crashes + 1 : 0;
      if (crashes >= crashLimit) {
        this.#failure = this.#problem(`${this.spec.title} ended ${crashes} times right after its start, the last time with ${reason}`);
        this.events.onGiveUp(this.#failure);
        return;
      }
      const pauseMs = Math.min(15_000, 250 * 2 ** crashes);
      this.events.onDeath(this.spec.title, reason, pauseMs);
      await delay(pauseMs);
    }
  }

  /** Resolves with how the process ended, after the rest of its group is gone too. */
  async #runOnce(): Promise<string> {
    const { command, args, cwd, env } = this.spec;
    // Its own group: Ctrl-C in the terminal reaches the supervisor alone, which then stops all in order.
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", (chunk: Buffer) => this.#write(chunk));
    child.stderr.on("data", (chunk: Buffer) => this.#write(chunk));
    const ended = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
    });
    if (child.pid) {
      this.#child = child;
      this.events.onStart(this.spec.name, child.pid);
    }
    const reason = await ended;
    this.#child = null;
    if (child.pid && signalGroup(child.pid, 0)) await endGroup(child.pid, this.spec.stopSignal, 5_000);
    return reason;
  }

  #write(chunk: Buffer): void {
    // A last line may still arrive after the log was closed by a stop.
    if (!this.#stopping || this.#child) this.#log.write(chunk);
  }

  #problem(message: string): UserError {
    const tail = tailOf(this.spec.logFile, 15);
    return new UserError(`${message}.`, `The end of its log ${this.spec.logFile}:\n${tail}\n  \`npm run doctor\` checks every part.`);
  }
}
