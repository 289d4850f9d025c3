import { expect, test } from "vitest";
import { isSame, makeToken, readToken, sessionCookieName, startLink } from "./tokens";

const key = "k".repeat(64);

test("a token is good for its purpose, its key and its time alone", () => {
  const token = makeToken(key, "start", 60, 1_000_000);
  expect(readToken(key, "start", token, 1_000_000)).toMatch(/^[0-9a-f]{32}$/);
  expect(readToken(key, "session", token, 1_000_000)).toBeNull();
  expect(readToken(`${key}x`, "start", token, 1_000_000)).toBeNull();
  expect(readToken(key, "start", token, 1_060_000)).toBeNull();
  const [expiry, nonce, mac] = token.split(".");
  expect(readToken(key, "start", `${Number(expiry) + 1}.${nonce}.${mac}`, 1_000_000)).toBeNull();
});

test.each(["", ".", "..", "1.2.3", "x".repeat(5_000)])("%j is no token", (token) => expect(readToken(key, "session", token)).toBeNull());

test("texts of different lengths are compared too", () => {
  expect(isSame("a", "ab")).toBe(false);
  expect(isSame("ab", "ab")).toBe(true);
});

test("each lab has its own cookie, and its link leads inside", () => {
  expect(sessionCookieName(key)).not.toBe(sessionCookieName("other"));
  expect(new URL(startLink("http://127.0.0.1:3000", key, "/experiments/1")).searchParams.get("to")).toBe("/experiments/1");
});
