import { setTimeout as delay } from "node:timers/promises";
import type { Agent } from "undici";
import { z } from "zod";
import type { Database } from "./database";
import { parseFunctions, RegistrationError, saveFunctions } from "./registry";
import { sendToApp, type AppAddress } from "./transport";
import type { EngineLog } from "./types";

/** An app that was restarted with other functions is noticed within this time, and at once where a request found it gone. */
const RESYNC_INTERVAL_MS = 10_000;
const RETRY_INTERVAL_MS = 500;
const SYNC_TIMEOUT_MS = 30_000;
const REFRESH_TIMEOUT_MS = 5_000;

const inBandSchema = z.object({ app_id: z.string(), functions: z.unknown() });

export interface SyncState {
  functionCount: number | undefined;
  error: string | undefined;
}

/** Keeps the registered functions equal to the app's: asks the app in band, with a signed body, and stores its answer. */
export class Sync {
  readonly state: SyncState = { functionCount: undefined, error: "The app was not reached yet." };
  private readonly closing = new AbortController();
  private wake: (() => void) | undefined;
  private loop: Promise<void> | undefined;
  private inProgress: Promise<boolean> | undefined;
  private lastEndMs = 0;

  constructor(
    private readonly database: Database,
    private readonly agent: Agent,
    private readonly app: AppAddress,
    private readonly log: EngineLog,
  ) {}

  start(): void {
    this.loop = this.run();
  }

  /** Called when the app did not answer: it may come back with other functions. */
  requestSoon(): void {
    this.wake?.();
  }

  /** Resolves after a sync that began no earlier than a moment ago, or failed, or takes too long. */
  async refresh(): Promise<void> {
    if (this.closing.signal.aborted || Date.now() - this.lastEndMs < RETRY_INTERVAL_MS) return;
    await Promise.race([this.trySync(), delay(REFRESH_TIMEOUT_MS, undefined, { ref: false })]);
  }

  async stop(): Promise<void> {
    this.closing.abort();
    this.wake?.();
    await this.loop;
  }

  private async run(): Promise<void> {
    while (!this.closing.signal.aborted) {
      const isSynced = await this.trySync();
      // Requests that fail in quick succession must not turn into a stream of syncs.
      await delay(RETRY_INTERVAL_MS, undefined, { signal: this.closing.signal }).catch(() => undefined);
      if (isSynced && !this.closing.signal.aborted) await this.waitForNext();
    }
  }

  private async waitForNext(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, RESYNC_INTERVAL_MS);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = undefined;
  }

  private trySync(): Promise<boolean> {
    this.inProgress ??= this.syncOnce().finally(() => {
      this.inProgress = undefined;
      this.lastEndMs = Date.now();
    });
    return this.inProgress;
  }

  private async syncOnce(): Promise<boolean> {
    try {
      const delivery = await sendToApp(this.agent, this.app, {
        method: "PUT",
        headers: { "x-inngest-sync-kind": "in_band" },
        body: { url: this.app.appUrl },
        signal: AbortSignal.any([this.closing.signal, AbortSignal.timeout(SYNC_TIMEOUT_MS)]),
      });
      if (delivery.kind === "aborted") return this.report(`The app did not answer a sync within ${SYNC_TIMEOUT_MS / 1_000} s.`);
      if (delivery.kind !== "answered") return this.report(`The app at ${this.app.appUrl} is not reachable (${delivery.reason}).`);
      const { status, body, text } = delivery.response;
      if (status === 401) return this.report("The app refused the signature of a sync: do the app and the engine have the same signing key?");
      const parsed = inBandSchema.safeParse(body);
      // An app that only syncs out of band has now posted its functions to /fn/register by itself.
      if (status === 200 && !parsed.success && this.state.functionCount !== undefined) return true;
      if (status !== 200 || !parsed.success) return this.report(`${this.app.appUrl} answered a sync with ${status} and no functions: ${text.slice(0, 200)}`);
      await this.register(parsed.data.app_id, parsed.data.functions);
      return true;
    } catch (error) {
      if (error instanceof RegistrationError) return this.report(error.message);
      return this.report(`The sync failed: ${(error as Error).message}`);
    }
  }

  /** Stores an app's functions; throws a RegistrationError, and changes nothing, where one of them cannot be run here. */
  async register(appId: string, functions: unknown): Promise<boolean> {
    try {
      const configs = parseFunctions(functions);
      const isChanged = await this.database.transaction((tx) => saveFunctions(tx, appId, configs), SYNC_TIMEOUT_MS);
      if (isChanged || this.state.error) this.log.info({ appId, functions: configs.length }, "the app's functions are registered");
      Object.assign(this.state, { functionCount: configs.length, error: undefined });
      return isChanged;
    } catch (error) {
      if (error instanceof RegistrationError) this.report(error.message);
      throw error;
    }
  }

  /** Logs a problem once, not at every try. */
  private report(problem: string): false {
    if (this.state.error !== problem && !this.closing.signal.aborted) {
      const level = this.state.functionCount === undefined && /not reachable/.test(problem) ? "info" : "warn";
      this.log[level]({ appUrl: this.app.appUrl }, problem);
    }
    this.state.error = problem;
    return false;
  }
}
