import { readCookie } from "./cookies";
import { isTeamMode } from "./mode";
import { isSame, readToken, sessionCookieName } from "./tokens";

export function isProgram(headers: Headers, key: string): boolean {
  const given = /^Bearer (\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  return given !== undefined && isSame(given, key);
}

/** The session of a single-user lab. */
export function hasOwnerSession(headers: Headers, key: string): boolean {
  const session = readCookie(headers, sessionCookieName(key));
  return session !== null && readToken(key, "session", session) !== null;
}

/** Whether it is worth asking a page for this request; the page itself makes sure. */
export function looksSignedIn(headers: Headers): boolean {
  const key = process.env.PARETO_ACCESS_KEY;
  if (!key) return false;
  if (isProgram(headers, key)) return true;
  return isTeamMode() ? (headers.get("cookie") ?? "").includes(`${sessionCookieName(key)}.session_token=`) : hasOwnerSession(headers, key);
}
