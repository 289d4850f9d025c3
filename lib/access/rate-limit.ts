import { AppError } from "@/lib/errors";

interface Bucket {
  left: number;
  at: number;
}

export interface Limit {
  /** How many requests may come at once. */
  burst: number;
  perMinute: number;
}

/** Far above what a person or a script needs; they keep a loop gone wild from taking the lab down. */
export const limits = {
  read: { burst: 600, perMinute: 3_000 },
  write: { burst: 60, perMinute: 300 },
  /** Guessing a password or a token. */
  guess: { burst: 10, perMinute: 10 },
  /** All guesses together. */
  guesses: { burst: 60, perMinute: 60 },
} satisfies Record<string, Limit>;

const keptBuckets = 10_000;
const holder = globalThis as unknown as { paretoBuckets?: Map<string, Bucket> };

/** Takes one request from the bucket of `key`, which fills up again with time; throws when it is empty. */
export function takeOne(key: string, limit: Limit, now = Date.now()): void {
  const buckets = (holder.paretoBuckets ??= new Map());
  const bucket = buckets.get(key) ?? { left: limit.burst, at: now };
  const left = Math.min(limit.burst, bucket.left + ((now - bucket.at) / 60_000) * limit.perMinute);
  // The oldest go first, so that made-up keys cannot fill the memory.
  buckets.delete(key);
  buckets.set(key, { left: Math.max(0, left - 1), at: now });
  if (buckets.size > keptBuckets) buckets.delete(buckets.keys().next().value as string);
  if (left < 1) {
    throw new AppError("too_many_requests", "Too many requests came in a short time.", {
      remedy: `Wait ${Math.max(1, Math.ceil(((1 - left) / limit.perMinute) * 60))} s and try again.`,
    });
  }
}
