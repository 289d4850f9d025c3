import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { listMemos } from "./executor";
import type { Database } from "./database";
import { InvalidEventError, parseEvents, receiveEvents } from "./events";
import { RegistrationError } from "./registry";
import { hashSigningKey, isSameSecret } from "./signature";
import type { Sync } from "./sync";
import type { EngineEvent, EngineLog } from "./types";

const MAX_BODY_BYTES = 16 * 1024 * 1024;

interface ServerContext {
  database: Database;
  sync: Sync;
  log: EngineLog;
  eventKey: string;
  /** Absent in dev mode, where no key is checked. */
  signingKey?: string;
}

export interface EngineServer {
  url: string;
  stopAccepting(): void;
  closeConnections(): void;
}

interface Reply {
  status: number;
  body: unknown;
}

/** The part of an Inngest server's API that the SDK calls, and a health check. */
export async function startServer(context: ServerContext, host: string, port: number): Promise<EngineServer> {
  const server = createServer((request, response) => {
    void handle(context, request)
      .catch((error: unknown): Reply => {
        if (error instanceof InvalidEventError || error instanceof RegistrationError || error instanceof URIError) return fail(400, error.message);
        context.log.error({ err: error, path: request.url?.replace(/\/e\/.*/, "/e/…") }, "a request to the engine failed");
        return fail(503, "The engine could not reach its database; the request can be repeated.");
      })
      .then(({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(body));
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`,
    stopAccepting: () => {
      server.close();
      server.closeIdleConnections();
    },
    closeConnections: () => server.closeAllConnections(),
  };
}

async function handle(context: ServerContext, request: IncomingMessage): Promise<Reply> {
  const [, first, second, third] = new URL(request.url ?? "/", "http://engine").pathname.split("/").map(decodeURIComponent);
  if (request.method === "GET" && first === "health") return checkHealth(context);
  if (request.method === "POST" && first === "e" && second) return postEvents(context, request, second);
  const isApi = (request.method === "POST" && first === "fn" && second === "register") || (request.method === "GET" && first === "v0" && second === "runs" && third);
  if (!isApi) return fail(404, `There is nothing at ${request.method} ${request.url?.replace(/\/e\/.*/, "/e/…")}.`);
  if (context.signingKey && !isSameSecret(request.headers.authorization ?? "", `Bearer ${hashSigningKey(context.signingKey)}`)) {
    return fail(401, "The signing key is missing or wrong.");
  }
  if (first === "fn") return registerOutOfBand(context, request);
  return readRun(context, third!, request.url!.split("/")[4]?.split("?", 1)[0]);
}

async function checkHealth({ database, sync }: ServerContext): Promise<Reply> {
  const isReachable = await database.pool.query("select 1").then(
    () => true,
    () => false,
  );
  const { functionCount, error } = sync.state;
  return {
    status: isReachable ? 200 : 503,
    body: { status: isReachable ? "ok" : "database unreachable", app: { synced: error === undefined, functions: functionCount ?? 0, ...(error ? { error } : {}) } },
  };
}

async function postEvents(context: ServerContext, request: IncomingMessage, key: string): Promise<Reply> {
  if (context.signingKey && !isSameSecret(key, context.eventKey)) return fail(401, "Event key not found");
  const body = await readJson(request);
  if (!body.ok) return fail(body.status, body.problem);
  const seed = request.headers["x-inngest-event-id-seed"];
  const events = parseEvents(body.value, typeof seed === "string" ? seed : undefined);
  await receiveEvents(context.database, context.sync, events);
  return { status: 200, body: { ids: events.map((event) => event.id), status: 200 } };
}

async function registerOutOfBand(context: ServerContext, request: IncomingMessage): Promise<Reply> {
  const body = await readJson(request);
  if (!body.ok) return fail(body.status, body.problem);
  const { appName, functions } = (body.value ?? {}) as { appName?: unknown; functions?: unknown };
  if (typeof appName !== "string") return fail(400, "A registration needs appName and functions.");
  const modified = await context.sync.register(appName, functions);
  return { status: 200, body: { ok: true, modified, status: 200 } };
}

/** A state too large for a request is fetched by the SDK: its steps and the events that started the run. */
async function readRun({ database }: ServerContext, runId: string, part: string | undefined): Promise<Reply> {
  const found = await database.transaction(async (tx) => {
    const { rows } = await tx.query<{ event: EngineEvent; done_count: number }>("select event, done_count from engine.runs where id = $1", [runId]);
    return rows[0] && { event: rows[0].event, memos: part === "actions" ? await listMemos(tx, runId, rows[0].done_count) : [] };
  }, 10_000);
  if (!found || (part !== "actions" && part !== "batch")) return fail(404, `There is no run ${runId}.`);
  return { status: 200, body: part === "batch" ? [found.event] : Object.fromEntries(found.memos.map(({ id, memo }) => [id, memo])) };
}

type JsonBody = { ok: true; value: unknown } | { ok: false; status: number; problem: string };

async function readJson(request: IncomingMessage): Promise<JsonBody> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return { ok: false, status: 413, problem: `The body exceeds ${MAX_BODY_BYTES} bytes.` };
    chunks.push(chunk);
  }
  try {
    return { ok: true, value: JSON.parse(Buffer.concat(chunks).toString("utf8")) };
  } catch {
    return { ok: false, status: 400, problem: "The body is not JSON." };
  }
}

/** The SDK reads `error` and `status` of a failed send. */
function fail(status: number, error: string): Reply {
  return { status, body: { error, status } };
}
