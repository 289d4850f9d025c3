import canonicalize from "canonicalize";
import { Agent, request } from "undici";
import { makeUlid } from "./ids";
import { signBody } from "./signature";

export interface AppAddress {
  appUrl: string;
  /** Absent in dev mode, where nothing is signed. */
  signingKey?: string;
}

export interface AppResponse {
  status: number;
  headers: Record<string, string | undefined>;
  /** Undefined where the body is not JSON. */
  body: unknown;
  text: string;
}

/** `refused`: the app was not reached, so nothing ran. `broken`: the connection ended without an answer, and it may have. */
export type Delivery = { kind: "answered"; response: AppResponse } | { kind: "refused" | "broken"; reason: string } | { kind: "aborted" };

/** Codes of failures that come before a request is sent. */
const NOT_REACHED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);

/** A step may take as long as it needs: Node's own client would end the request after five minutes. */
export function makeAgent(): Agent {
  return new Agent({ headersTimeout: 0, bodyTimeout: 0, connectTimeout: 10_000, keepAliveTimeout: 4_000 });
}

export interface AppRequest {
  method: "POST" | "PUT";
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body: unknown;
  signal?: AbortSignal;
}

/** Sends a request to the app, signed over the very bytes that are sent. Never throws. */
export async function sendToApp(agent: Agent, app: AppAddress, { method, query, headers, body, signal }: AppRequest): Promise<Delivery> {
  try {
    const url = new URL(app.appUrl);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const text = canonicalize(body) ?? "null";
    const answer = await request(url, {
      method,
      dispatcher: agent,
      signal,
      body: text,
      headers: {
        "content-type": "application/json",
        "x-request-id": makeUlid(),
        ...(app.signingKey ? { "x-inngest-signature": signBody(text, app.signingKey) } : {}),
        ...headers,
      },
    });
    const answerText = await answer.body.text();
    const flat = Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]);
    return { kind: "answered", response: { status: answer.statusCode, headers: Object.fromEntries(flat), body: parseJson(answerText), text: answerText } };
  } catch (error) {
    if (signal?.aborted) return { kind: "aborted" };
    const { code, message } = error as { code?: string; message: string };
    return { kind: code !== undefined && NOT_REACHED.has(code) ? "refused" : "broken", reason: message || code || "unknown failure" };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
