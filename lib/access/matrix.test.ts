import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { NextRequest } from "next/server";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { db } from "@/lib/db/client";
import { useTestDatabase } from "@/lib/db/use-test-database";
import { auth } from "@/lib/people/auth";
import { ownFirstTeam } from "@/lib/people/queries";
import { asCookies } from "@/lib/people/record";
import { proxy } from "@/proxy";
import { isReading, may, permissions, type Permission, type Role } from "./schema";

/**
 * Every route and every action, as they are found in the source, for every kind of caller and every origin, on a real
 * database: a new one is tested here without anybody adding it.
 */

// What Next would know of the request that an action belongs to.
let current = new Headers();
vi.mock("next/headers", () => ({ headers: async () => current }));

const base = "http://127.0.0.1:3000";
const experiment = "01900000-0000-7000-8000-000000000001";
const callers = ["anonymous", "viewer", "other", "owner"] as const;
type Who = (typeof callers)[number];
const roleOf: Record<Exclude<Who, "anonymous">, Role> = { viewer: "viewer", other: "owner", owner: "owner" };
const origins = { none: null, own: base, foreign: "https://evil.example" };
const cookies: Record<Who, string> = { anonymous: "", viewer: "", other: "", owner: "" };

interface Found {
  file: string;
  name: string;
  permission: Permission | null;
  scoped: boolean;
}

function sources(folder: string, pattern: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)).filter((name) => pattern.test(name) && !/generated|\.test\./.test(name));
}

function exportsIn(file: string, wrapper: string): Found[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(new RegExp(`^export const (\\w+) = (${wrapper}|open\\w+)(?:<.*?>)?\\(([^]*?)(?=^export |$(?![^]))`, "gm"))].map(([, name = "", kind, body = ""]) => {
    const permission = /permission: "([\w:]+)"/.exec(body)?.[1] as Permission | undefined;
    if (kind === wrapper && !(permission && permission in permissions)) throw new Error(`${file}: ${name} has no permission of its own`);
    return { file, name, permission: kind === wrapper ? permission! : null, scoped: kind === wrapper && /\bexperiment: /.test(body.slice(0, body.indexOf("}, "))) };
  });
}

const routes = sources("app", /(^|\/)route\.tsx?$/).flatMap((file) => exportsIn(file, "route"));
const actions = sources("lib", /\.ts$/).filter((file) => /^["']use server["']/.test(readFileSync(file, "utf8"))).flatMap((file) => exportsIn(file, "action"));

useTestDatabase({ PARETO_MODE: "team", PARETO_ACCESS_KEY: "k".repeat(64), PARETO_WEB_URL: base, RUNNER_URL: "http://127.0.0.1:9", INNGEST_BASE_URL: "http://127.0.0.1:9", PARETO_DATA: "/nonexistent", INNGEST_DEV: "0" });

beforeAll(async () => {
  for (const who of ["owner", "viewer", "other"] as const) {
    const { headers, response } = await auth().api.signUpEmail({ body: { name: who, email: `${who}@lab.example`, password: "correct horse battery" }, returnHeaders: true });
    cookies[who] = asCookies(headers).get("cookie") ?? "";
    if (who === "owner") await ownFirstTeam(response.user.id);
    if (who === "viewer") await db().member.create({ data: { id: who, organizationId: "lab", userId: response.user.id, role: "viewer" } });
    if (who === "other") await auth().api.createOrganization({ body: { name: "Other", slug: "other" }, headers: new Headers({ cookie: cookies.other }) });
  }
  await db().experiment.create({ data: { id: experiment, name: "secret-of-lab", model: "pocket", benchmarks: [], maxEpisodes: 1, budgetHours: 1, spec: {}, status: "done" } });
}, 60_000);

beforeEach(() => Reflect.deleteProperty(globalThis, "paretoBuckets"));

/** As the app answers: the proxy first, then the route. */
async function send(route: Found, who: Who, origin: string | null): Promise<{ status: number; text: string }> {
  const params: Record<string, string | string[]> = {};
  const path = route.file
    .replace(/^app/, "")
    .replace(/\/route\.tsx?$/, "")
    .replaceAll(/\/\([^)]+\)/g, "")
    .replaceAll(/\[(\.\.\.)?(\w+)\]/g, (_match, rest: string | undefined, name: string) => {
      const value = name === "id" && route.scoped ? experiment : name === "hash" ? "0".repeat(64) : name === "part" ? "card" : "1";
      params[name] = rest ? [value] : value;
      return value;
    });
  const writes = route.name !== "GET" && route.name !== "HEAD";
  const query = route.scoped && !("id" in params) ? `?ids=${experiment}` : "";
  const request = new NextRequest(`${base}${path}${query}`, {
    method: route.name,
    headers: { host: "127.0.0.1:3000", ...(cookies[who] ? { cookie: cookies[who] } : {}), ...(origin ? { origin } : {}), ...(writes ? { "content-type": "application/json" } : {}) },
    ...(writes ? { body: "{}" } : {}),
  });
  const guarded = proxy(request);
  if (guarded.headers.get("x-middleware-next") !== "1") return { status: guarded.status, text: await guarded.text() };
  const handlers = (await import(resolve(route.file))) as Record<string, (request: Request, context: object) => Promise<Response>>;
  const response = await handlers[route.name]!(request, { params: Promise.resolve(params) });
  const text = response.headers.get("content-type")?.includes("event-stream") ? "" : await response.text();
  if (!response.bodyUsed) await response.body?.cancel();
  return { status: response.status, text };
}

test("routes and actions are found", () => {
  expect(routes.length).toBeGreaterThan(10);
  expect(actions.length).toBeGreaterThan(8);
  expect(routes.some(({ scoped }) => scoped)).toBe(true);
});

describe.each(routes.filter(({ permission }) => permission !== null))("$name $file", (route) => {
  const permission = route.permission as Permission;

  test.each(callers.flatMap((who) => (Object.keys(origins) as (keyof typeof origins)[]).map((origin) => [who, origin] as const)))("%s, %s origin", async (who, origin) => {
    const { status, text } = await send(route, who, origins[origin]);
    if (origin === "foreign" && route.name !== "GET") {
      expect(status).toBe(403);
      expect(text).toContain("another origin");
    } else if (who === "anonymous") expect([401, 303]).toContain(status);
    else if (!may(roleOf[who], permission)) expect(status).toBe(403);
    else if (who === "other" && route.scoped) expect(status).toBe(404);
    else expect([401, 403]).not.toContain(status);
    if (who === "anonymous" || who === "other") expect(text).not.toContain("secret-of-lab");
  });
});

/** Those that strangers may call, to sign in for one. */
const openActions = ["claimOwnership", "joinTeam", "signIn", "signOut"];

test("only known actions may be called by strangers", () => {
  expect(actions.filter(({ permission }) => permission === null).map(({ name }) => name).sort()).toEqual(openActions);
});

describe.each(actions.filter(({ permission }) => permission !== null))("action $name", (found) => {
  test.each(callers)("%s", async (who) => {
    const module = (await import(resolve(found.file))) as Record<string, (input: object) => Promise<{ ok: boolean; error?: { code: string } }>>;
    current = new Headers(cookies[who] ? { cookie: cookies[who] } : {});
    const { ok, error } = await module[found.name]!({ id: experiment, experimentId: experiment });
    if (who === "anonymous") expect(error?.code).toBe("unauthorized");
    else if (!may(roleOf[who], found.permission!)) expect(error?.code).toBe("forbidden");
    else if (who === "other" && found.scoped) expect([ok, error?.code === "not_found" || error?.code === "invalid_input"]).toEqual([false, true]);
    else expect(["unauthorized"]).not.toContain(error?.code);
  });
});

test("an action is refused to a page of another origin before it is reached", () => {
  const post = (origin?: string) => proxy(new NextRequest(`${base}/experiments`, { method: "POST", headers: { host: "127.0.0.1:3000", ...(origin ? { origin } : {}) } }));
  expect(post("https://evil.example").status).toBe(403);
  expect(post(base).headers.get("x-middleware-next")).toBe("1");
});

test("what was done and refused is on record, in the team of who did it", async () => {
  const entries = await db().auditEntry.findMany();
  expect(entries.some(({ caller, outcome }) => caller === "viewer" && outcome === "forbidden")).toBe(true);
  expect(entries.some(({ caller, target }) => caller === "owner" && target === experiment)).toBe(true);
  const strangers = entries.filter(({ target, outcome }) => target === experiment && outcome === "not_found");
  expect(strangers.length).toBeGreaterThan(0);
  expect([...new Set(strangers.map(({ caller }) => caller))]).toEqual(["other"]);
  expect(entries.some(({ action }) => action.startsWith("GET "))).toBe(false);
});

test("reading permissions are what the wrappers take for reading", () => {
  expect((Object.keys(permissions) as Permission[]).filter(isReading)).toEqual(["lab:read", "audit:read"]);
});
