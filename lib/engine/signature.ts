import { createHash, createHmac, timingSafeEqual } from "node:crypto";

const PREFIX = /^signkey-\w+-/;

/** `x-inngest-signature` over canonical JSON: the key is used as text, without its prefix, and the timestamp follows the body. */
export function signBody(canonicalBody: string, signingKey: string, nowMs = Date.now()): string {
  const timestamp = Math.round(nowMs / 1_000).toString();
  const digest = createHmac("sha256", signingKey.replace(PREFIX, "")).update(canonicalBody).update(timestamp).digest("hex");
  return `t=${timestamp}&s=${digest}`;
}

/** The bearer token of the SDK's API calls: the prefix, then the SHA-256 of the hex-decoded key. */
export function hashSigningKey(signingKey: string): string {
  const prefix = PREFIX.exec(signingKey)?.[0] ?? "";
  return prefix + createHash("sha256").update(Buffer.from(signingKey.slice(prefix.length), "hex")).digest("hex");
}

/** Compares without telling by its duration where two secrets differ. */
export function isSameSecret(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map((text) => createHash("sha256").update(text).digest());
  return timingSafeEqual(a!, b!);
}
