import { describe, expect, test } from "vitest";
import { allowedHosts, refuse, type GuardedRequest } from "./request-guard";

function request(over: Partial<GuardedRequest>): GuardedRequest {
  return { method: "GET", path: "/experiments", host: "127.0.0.1:3000", origin: null, fetchSite: null, ...over };
}

describe("the host", () => {
  test.each(["127.0.0.1:3000", "localhost", "LOCALHOST:80", "[::1]:3000"])("%s is answered", (host) => {
    expect(refuse(request({ host }), [])).toBeNull();
  });

  test.each(["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:3000", "", null])("%s is refused", (host) => {
    expect(refuse(request({ host }), [])?.remedy).toContain("PARETO_ALLOWED_HOSTS");
  });

  test("named hosts and the app's own address are answered, with or without a port", () => {
    const allowed = allowedHosts("lab.example, box:3000", "https://front.example");
    for (const host of ["lab.example:8080", "box:3000", "front.example"]) expect(refuse(request({ host }), allowed)).toBeNull();
    expect(refuse(request({ host: "box:4000" }), allowed)).not.toBeNull();
  });

  test("an address that cannot be parsed allows nothing", () => {
    expect(allowedHosts(undefined, "not a url")).toEqual([]);
  });
});

describe("the origin of a write", () => {
  const write = { method: "POST", path: "/api/v1/experiments" };

  test("the same origin and programs without one may write", () => {
    expect(refuse(request({ ...write, origin: "http://127.0.0.1:3000" }), [])).toBeNull();
    expect(refuse(request({ ...write, origin: "http://localhost", host: "localhost:80" }), [])).toBeNull();
    expect(refuse(request(write), [])).toBeNull();
  });

  test.each(["http://127.0.0.1:5000", "https://evil.example", "null", "nonsense"])("%s may not", (origin) => {
    expect(refuse(request({ ...write, origin }), [])?.message).toContain("another origin");
  });

  test("a browser that hides the origin of a foreign page may not either", () => {
    expect(refuse(request({ ...write, fetchSite: "cross-site" }), [])).not.toBeNull();
  });

  test("signed callbacks are left to their signature, but not paths that only look like them", () => {
    const foreign = { method: "POST", origin: "https://evil.example" };
    expect(refuse(request({ ...foreign, path: "/api/inngest" }), [])).toBeNull();
    expect(refuse(request({ ...foreign, path: "/api/runner/callback" }), [])).toBeNull();
    expect(refuse(request({ ...foreign, path: "/api/inngest-admin" }), [])).not.toBeNull();
  });
});
