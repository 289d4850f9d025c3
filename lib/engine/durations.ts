import { RunFailure } from "./types";

const UNIT_MS: Record<string, number> = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/**
 * When a duration ("1h30m", "" for zero) or an ISO date is over, as epoch milliseconds.
 * Durations under one second round up to one, as on the real server.
 */
export function resolveDeadlineMs(text: string, nowMs = Date.now()): number {
  if (/^(\d+(ms|[wdhms]))*$/.test(text)) {
    let totalMs = 0;
    for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[wdhms])/g)) totalMs += Number(amount) * UNIT_MS[unit!]!;
    return totalMs === 0 ? nowMs : nowMs + Math.max(1_000, totalMs);
  }
  const dateMs = Date.parse(text);
  if (Number.isNaN(dateMs)) throw new RunFailure(`"${text}" is neither a duration like "1h30m" nor an ISO date.`);
  return dateMs;
}

/** Seconds asked for by a `retry-after` header, which holds seconds or a date. */
export function parseRetryAfterSeconds(header: string | undefined, nowMs = Date.now()): number | undefined {
  if (!header) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(header) ? Number(header) : (Date.parse(header) - nowMs) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
