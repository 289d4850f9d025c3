import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { randomBytes } from "node:crypto";
import { Inngest, type InngestFunction } from "inngest";
import { serve } from "inngest/node";
import { createTestDatabase } from "@/lib/db/test-database";
import { startEngine } from "@/lib/engine";

/** Set by scripts/conformance.ts: the same tests then run against that Inngest server. */
const external = process.env.INNGEST_CONFORMANCE_BASE_URL
  ? {
      baseUrl: process.env.INNGEST_CONFORMANCE_BASE_URL,
      eventKey: process.env.INNGEST_CONFORMANCE_EVENT_KEY ?? "conformance",
      signingKey: process.env.INNGEST_CONFORMANCE_SIGNING_KEY,
    }
  : undefined;

/** For `test.skipIf`: the named reason is shown by the title of the tests that use it. */
export const isExternal = external !== undefined;

/** An external server keeps its own waits between attempts (15 s, 30 s, …) and takes as long as those. */
export const TIMEOUT_MS = isExternal ? 240_000 : 60_000;

export const EVENT_KEY = external?.eventKey ?? "event-key-of-the-tests";
export const SIGNING_KEY = external ? external.signingKey : `signkey-test-${"ab".repeat(32)}`;

/** The SDK logs every error that a test throws on purpose. */
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };

export interface Lab {
  inngest: Inngest;
  appUrl: string;
  baseUrl: string;
  databaseUrl: string;
  /** Everything functions recorded under a key, in order. */
  trace(key: string): string[];
  add(key: string, entry: string): void;
  send(name: string, data: { key: string; [field: string]: unknown }, id?: string): Promise<void>;
  /** Resolves once an entry was recorded under the key. */
  until(key: string, entry: string): Promise<string[]>;
  untilTrue(what: string, check: () => boolean | Promise<boolean>): Promise<void>;
  /** Tells when a request reaches the app and when its response was handed over: the moments around each commit. */
  onRequest: (moment: "arrived" | "answered") => void;
  /** Takes the app away, as if its process had ended, and brings it back on the same port. */
  stopApp(): Promise<void>;
  startApp(): Promise<void>;
  close(): Promise<void>;
}

export interface LabOptions {
  backoffSeconds?: number[];
  /** Starts no engine: the test starts its own on this port. */
  enginePort?: number;
}

export function makeKey(): string {
  return randomBytes(6).toString("hex");
}

/** A fixture app, a fresh database and an engine in this process (or the external server), synced and ready. */
export async function startLab(name: string, define: (lab: Lab) => InngestFunction.Any[], options: LabOptions = {}): Promise<Lab> {
  const traces = new Map<string, string[]>();
  let listener: RequestListener = (_request, response) => void response.writeHead(503).end();
  const dispatch: RequestListener = (request, response) => {
    if (request.method === "POST") {
      lab.onRequest("arrived");
      response.on("finish", () => lab.onRequest("answered"));
    }
    listener(request, response);
  };
  let server: Server = createServer(dispatch);
  const port = await listen(server, 0);
  const appUrl = `http://127.0.0.1:${port}/api/inngest`;
  const database = external ? undefined : await createTestDatabase();
  const engine =
    database && options.enginePort === undefined
      ? await startEngine({ databaseUrl: database.url, appUrl, port: 0, eventKey: EVENT_KEY, signingKey: SIGNING_KEY, backoffSeconds: options.backoffSeconds ?? [0.2] })
      : undefined;
  const baseUrl = external?.baseUrl ?? engine?.url ?? `http://127.0.0.1:${options.enginePort}`;
  const inngest = new Inngest({ id: `conformance-${name}`, baseUrl, eventKey: EVENT_KEY, signingKey: SIGNING_KEY, isDev: SIGNING_KEY === undefined, checkpointing: false, logger: SILENT });

  const lab: Lab = {
    inngest,
    appUrl,
    baseUrl,
    databaseUrl: database?.url ?? "",
    trace: (key) => traces.get(key) ?? [],
    add: (key, entry) => void traces.set(key, [...(traces.get(key) ?? []), entry]),
    send: async (event, data, id) => void (await inngest.send({ name: event, data, ...(id ? { id } : {}) })),
    until: async (key, entry) => {
      await lab.untilTrue(`"${entry}" in [${lab.trace(key).join(", ")}]`, () => lab.trace(key).includes(entry));
      return lab.trace(key);
    },
    untilTrue: async (what, check) => {
      const deadline = Date.now() + TIMEOUT_MS - 5_000;
      while (!(await check())) {
        if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}. Recorded: ${JSON.stringify([...traces])}`);
        await delay(20);
      }
    },
    onRequest: () => undefined,
    stopApp: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
    startApp: async () => {
      server = createServer(dispatch);
      await listen(server, port);
    },
    close: async () => {
      await engine?.close();
      await lab.stopApp();
      await database?.drop();
    },
  };
  const functions = define(lab);
  listener = serve({ client: inngest, functions });
  if (external) {
    const reply = await fetch(appUrl, { method: "PUT" });
    if (!reply.ok) throw new Error(`The server at ${baseUrl} did not register the app: ${reply.status} ${await reply.text()}`);
  } else if (engine) {
    await lab.untilTrue("the registration", () => isSynced(baseUrl));
  }
  return lab;
}

export async function isSynced(baseUrl: string): Promise<boolean> {
  const health = (await fetch(`${baseUrl}/health`).then((reply) => reply.json())) as { app: { synced: boolean } };
  return health.app.synced;
}

export async function findFreePort(): Promise<number> {
  const probe = createServer();
  const port = await listen(probe, 0);
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
}
