import { APICallError } from "ai";

/** Calls of a language model, again after errors that pass by: 429, 5xx, a lost connection or a slow reply. */

export interface RetrySettings {
  /** Most milliseconds of one call. */
  timeoutMs: number;
  /** Most milliseconds of all calls of a decision together, waits included. */
  totalMs: number;
  /** Wait before the second call; doubled for each one after it. */
  backoffMs: number;
}

export const maxAttempts = 4;

/** Why the model was given up on, in words that may be shown: never with a key or a reply's body of a refused login. */
export class ModelUnreachable extends Error {}

export async function callWithRetries<T>(
  call: (signal: AbortSignal) => Promise<T>,
  settings: RetrySettings,
  deadline: number,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const left = deadline - Date.now();
    if (left <= 0) throw new ModelUnreachable(`it did not answer within ${Math.round(settings.totalMs / 1000)} s`);
    const limit = Math.min(settings.timeoutMs, left);
    try {
      return await call(AbortSignal.timeout(limit));
    } catch (error) {
      if (!isPassing(error)) throw error;
      const wait = waitBefore(attempt, error, settings.backoffMs);
      if (attempt === maxAttempts || Date.now() + wait >= deadline) {
        throw new ModelUnreachable(`${reasonOf(error, limit)}, after ${attempt} ${attempt === 1 ? "attempt" : "attempts"}`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError" || isTimeout(error.cause));
}

function isPassing(error: unknown): boolean {
  if (APICallError.isInstance(error)) {
    const { statusCode } = error;
    // No status: the connection failed before any reply.
    return statusCode === undefined || statusCode === 408 || statusCode === 429 || statusCode >= 500 || isTimeout(error);
  }
  return isTimeout(error);
}

/** What the server asks for in retry-after(-ms), else exponential backoff. */
function waitBefore(attempt: number, error: unknown, backoffMs: number): number {
  const headers = APICallError.isInstance(error) ? (error.responseHeaders ?? {}) : {};
  const inMs = Number(headers["retry-after-ms"]);
  if (headers["retry-after-ms"] && Number.isFinite(inMs)) return Math.max(0, inMs);
  const asked = headers["retry-after"];
  if (asked) {
    const ms = Number.isFinite(Number(asked)) ? Number(asked) * 1000 : Date.parse(asked) - Date.now();
    if (Number.isFinite(ms)) return Math.max(0, ms);
  }
  return backoffMs * 2 ** (attempt - 1);
}

export function reasonOf(error: unknown, limitMs: number): string {
  if (isTimeout(error)) return `it did not answer within ${Math.max(1, Math.round(limitMs / 1000))} s`;
  if (!APICallError.isInstance(error)) return error instanceof Error ? error.message.slice(0, 200) : "it failed for an unknown reason";
  const { statusCode } = error;
  if (statusCode === undefined) return "it could not be reached";
  if (statusCode === 401 || statusCode === 403) return `it refused the key (HTTP ${statusCode})`;
  if (statusCode === 429) return "its rate limit or quota is used up (HTTP 429)";
  if (statusCode >= 500) return `its server had an error (HTTP ${statusCode})`;
  return `it refused the request (HTTP ${statusCode}: ${error.message.slice(0, 200)})`;
}
