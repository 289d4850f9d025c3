import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A local server that speaks as much of the chat completions API as the coordinator uses, told what to answer. */

export type Script =
  | { status: 200; content: string }
  | { status: number; headers?: Record<string, string>; message?: string }
  /** Answers only after the caller has given up. */
  | { silent: true }
  | { disconnect: true };

export interface OpenAiDouble {
  baseUrl: string;
  requests: { headers: IncomingMessage["headers"]; path: string; body: ChatRequest }[];
  close(): Promise<void>;
}

interface ChatRequest {
  model: string;
  messages: { role: string; content: unknown }[];
  response_format?: { type: string; json_schema?: { strict?: boolean; schema: Record<string, unknown> } };
}

/** Answers one script a request; the last one is repeated. */
export async function startOpenAiDouble(scripts: Script[]): Promise<OpenAiDouble> {
  const requests: OpenAiDouble["requests"] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as ChatRequest;
      const script = scripts[Math.min(requests.length, scripts.length - 1)] as Script;
      requests.push({ headers: request.headers, path: request.url ?? "", body });
      if ("silent" in script) return;
      if ("disconnect" in script) {
        request.socket.destroy();
        return;
      }
      const ok = "content" in script;
      response.writeHead(script.status, { "content-type": "application/json", ...("headers" in script ? script.headers : {}) });
      response.end(JSON.stringify(ok ? completion(body.model, script.content) : { error: { message: ("message" in script && script.message) || "refused", type: "error" } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function completion(model: string, content: string): object {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model,
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
  };
}
