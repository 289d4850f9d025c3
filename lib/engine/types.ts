/** The part of a pino logger that the engine uses. */
export interface EngineLog {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface EngineOptions {
  databaseUrl: string;
  /** Full URL of the SDK's route, for example http://127.0.0.1:3000/api/inngest. */
  appUrl: string;
  host?: string;
  /** 0 picks a free port. */
  port: number;
  eventKey: string;
  /** Required unless `dev`. */
  signingKey?: string;
  /** Unsigned mode: anyone who reaches the app can run steps. For development and tests only. */
  dev?: boolean;
  /** Waits before the second, third, … attempt; the last one repeats. */
  backoffSeconds?: number[];
  log?: EngineLog;
}

/** An event as functions receive it. */
export interface EngineEvent {
  id: string;
  name: string;
  data: Record<string, unknown>;
  ts: number;
  v?: string;
  user?: unknown;
  meta?: unknown;
}

export interface StepError {
  name: string;
  message: string;
  stack?: string;
  [key: string]: unknown;
}

/** Ends the run it is thrown in as failed: trying again could not help. */
export class RunFailure extends Error {
  override name = "RunFailure";
}

/** One request to the app: a discovery of what comes next (`stepId` null) or one planned step. */
export interface CallJob {
  runId: string;
  stepId: string | null;
  /** Only the response to the newest token of its run or step is accepted. */
  token: number;
  attempt: number;
  /** Requests in a row that never reached the app; they cost no attempt. */
  refusals: number;
  /** Requests that reached the app and ended without an answer. */
  drops: number;
  /** Place in the queue for a concurrency slot, kept over a second wait. */
  place?: string;
}
