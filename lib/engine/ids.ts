import { createHash, randomBytes } from "node:crypto";

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A ULID: 48 bits of milliseconds, then 80 bits of `entropy`; it sorts by time. */
export function makeUlid(timeMs = Date.now(), entropy: Uint8Array = randomBytes(10)): string {
  let value = BigInt(timeMs);
  for (const byte of entropy.subarray(0, 10)) value = (value << 8n) | BigInt(byte);
  let text = "";
  for (let index = 0; index < 26; index++, value >>= 5n) text = CROCKFORD[Number(value & 31n)] + text;
  return text;
}

/**
 * Ids for the events of one send. The SDK sends `x-inngest-event-id-seed: <ms>,<base64>` and repeats it when it retries,
 * so the ids must be a function of the seed: otherwise a reply lost on the way would start everything twice.
 */
export function makeEventIds(count: number, seed: string | undefined): string[] {
  const timeMs = Number(seed?.split(",", 1)[0]);
  return Array.from({ length: count }, (_, index) => {
    if (!seed || !Number.isSafeInteger(timeMs) || timeMs < 0) return makeUlid();
    return makeUlid(timeMs, createHash("sha256").update(`${seed}:${index}`).digest());
  });
}
