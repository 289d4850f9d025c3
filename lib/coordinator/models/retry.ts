import { APICallError } from "ai";

/** One request of a language model, again after errors that pass by: 429, 5xx, a lost connection or a slow reply. */

export interface Pace {
  /** Most milliseconds of one request. */
  requestMs: number;
  /** Wait before the second request; doubled for each one after it. */
  backoffMs: number;
}

export const maxAttempts = 4;

/** Why the model was given up on, in words that may be shown once they are redacted. */
export class ModelUnreachable extends Error {}

/**
 * Calls with the first key; while that one is rate-limited, with the next, at once. When every key is limited, it
 * waits for the one that is free first, but never past `deadline` (milliseconds since the epoch).
 */
export async function requestWithRetries<T>(
  call: (keyIndex: number, signal: AbortSignal) => PromiseLike<T>,
  { keys, pace, deadline }: { keys: number; pace: Pace; deadline: number },
): Promise<T> {
  const limitedUntil = new Map<number, number>();
  let key = 0;
  for (let attempt = 1, failures = 0; ; attempt++) {
    const left = deadline - Date.now();
    if (left <= 0) throw new ModelUnreachable("did not answer in time");
    const limit = Math.min(pace.requestMs, left);
    try {
      return await call(key, AbortSignal.timeout(limit));
    } catch (error) {
      if (!isPassing(error)) throw error;
      const wait = waitBefore(failures + 1, error, pace.backoffMs);
      let resumeAt = Date.now() + wait;
      if (isRateLimit(error)) {
        limitedUntil.set(key, resumeAt);
        const next = freeFirst(keys, limitedUntil);
        key = next.key;
        resumeAt = next.at;
      }
      if (resumeAt > Date.now()) failures += 1;
      if (failures >= maxAttempts || attempt >= maxAttempts + keys || resumeAt >= deadline) {
        throw new ModelUnreachable(`${reasonOf(error)}, after ${attempt} ${attempt === 1 ? "attempt" : "attempts"}`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, resumeAt - Date.now())));
    }
  }
}

function freeFirst(keys: number, limitedUntil: ReadonlyMap<number, number>): { key: number; at: number } {
  const times = Array.from({ length: Math.max(1, keys) }, (_, key) => ({ key, at: limitedUntil.get(key) ?? 0 }));
  return times.reduce((best, each) => (each.at < best.at ? each : best));
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError" || isTimeout(error.cause));
}

/** 402 is what OpenRouter answers when a key's credit is used up. */
function isRateLimit(error: unknown): boolean {
  return APICallError.isInstance(error) && (error.statusCode === 429 || error.statusCode === 402);
}

function isPassing(error: unknown): boolean {
  if (!APICallError.isInstance(error)) return isTimeout(error);
  const { statusCode } = error;
  // No status: the connection failed before any reply.
  return statusCode === undefined || statusCode === 408 || statusCode >= 500 || isRateLimit(error) || isTimeout(error);
}

/** What the server asks for in retry-after(-ms), else exponential backoff. */
function waitBefore(failure: number, error: unknown, backoffMs: number): number {
  const headers = APICallError.isInstance(error) ? (error.responseHeaders ?? {}) : {};
  const inMs = Number(headers["retry-after-ms"]);
  if (headers["retry-after-ms"] && Number.isFinite(inMs)) return Math.max(0, inMs);
  const asked = headers["retry-after"];
  if (asked) {
    const ms = Number.isFinite(Number(asked)) ? Number(asked) * 1000 : Date.parse(asked) - Date.now();
    if (Number.isFinite(ms)) return Math.max(0, ms);
  }
  return backoffMs * 2 ** (failure - 1);
}

/** Completes "the language model …". */
export function reasonOf(error: unknown): string {
  if (error instanceof ModelUnreachable) return error.message;
  if (isTimeout(error)) return "did not answer in time";
  if (!APICallError.isInstance(error)) return `failed: ${error instanceof Error ? error.message.slice(0, 200) : "the cause is not known"}`;
  const { statusCode } = error;
  if (statusCode === undefined) return "could not be reached";
  if (statusCode === 401 || statusCode === 403) return `refused the key (HTTP ${statusCode})`;
  if (isRateLimit(error)) return `has its rate limit or quota used up (HTTP ${statusCode})`;
  if (statusCode >= 500) return `had an error of its server (HTTP ${statusCode})`;
  return `refused the request (HTTP ${statusCode}: ${error.message.slice(0, 200)})`;
}
