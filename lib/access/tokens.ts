import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * Tokens made from the lab's access key: `expiry.nonce.mac`. Who has the key, the command line for one, makes them
 * without asking the app; a new key makes all of them worthless.
 */
export type Purpose = "start" | "session" | "claim";

export const sessionSeconds = 30 * 86_400;
export const startLinkSeconds = 12 * 3_600;
export const claimSeconds = 3_600;

export function makeToken(key: string, purpose: Purpose, seconds: number, now = Date.now()): string {
  const text = `${Math.floor(now / 1000) + seconds}.${randomBytes(16).toString("hex")}`;
  return `${text}.${mac(key, purpose, text)}`;
}

/** The token's nonce when it is genuine and not expired, else null. */
export function readToken(key: string, purpose: Purpose, token: string, now = Date.now()): string | null {
  const [expiry = "", nonce = "", given = ""] = token.slice(0, 200).split(".");
  if (!isSame(given, mac(key, purpose, `${expiry}.${nonce}`))) return null;
  return Number(expiry) * 1000 > now ? nonce : null;
}

/** Compares in a time that tells nothing about where two texts differ. */
export function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

/** Labs on other ports of one machine share its cookies, so each has a name of its own. */
export function sessionCookieName(key: string): string {
  return `pareto_${digest(`cookie:${key}`).toString("hex").slice(0, 8)}`;
}

/** The link that signs a browser in, once. */
export function startLink(webUrl: string, key: string, to = "/experiments"): string {
  const link = new URL("/start", webUrl);
  link.searchParams.set("token", makeToken(key, "start", startLinkSeconds));
  if (to !== "/experiments") link.searchParams.set("to", to);
  return link.href;
}

function mac(key: string, purpose: Purpose, text: string): string {
  return seal(key, `${purpose}:${text}`);
}

/** What only who has the key can make of a text. */
export function seal(key: string, text: string): string {
  return createHmac("sha256", key).update(text).digest("hex");
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
