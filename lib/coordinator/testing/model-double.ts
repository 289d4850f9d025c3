import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A local server that speaks as much of the chat completions and the messages API as the lab uses, told what to answer. */

interface Answer {
  status: 200;
  content?: string;
  toolCalls?: { name: string; input: unknown }[];
  /** Null: it does not say. */
  usage?: { in: number; out: number; cost?: number } | null;
}

type Fixed =
  | Answer
  | { status: number; headers?: Record<string, string>; message?: string }
  /** Answers only after the caller has given up. */
  | { silent: true }
  | { disconnect: true };

/** A function is asked at each request. */
export type Script = Fixed | ((request: ModelDoubleRequest) => Fixed);

export interface ModelDoubleRequest {
  headers: IncomingMessage["headers"];
  path: string;
  body: {
    model: string;
    messages: { role: string; content: unknown }[];
    response_format?: { type: string; json_schema?: { strict?: boolean; schema: Record<string, unknown> } };
    tools?: unknown[];
    [more: string]: unknown;
  };
}

export interface ModelDouble {
  baseUrl: string;
  requests: ModelDoubleRequest[];
  close(): Promise<void>;
}

/** Answers one script a request; the last one is repeated. */
export async function startModelDouble(scripts: Script[]): Promise<ModelDouble> {
  const requests: ModelDoubleRequest[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const request = { headers: incoming.headers, path: incoming.url ?? "", body: JSON.parse(Buffer.concat(chunks).toString("utf8")) as ModelDoubleRequest["body"] };
      const script = scripts[Math.min(requests.length, scripts.length - 1)] as Script;
      requests.push(request);
      const fixed = typeof script === "function" ? script(request) : script;
      if ("silent" in fixed) return;
      if ("disconnect" in fixed) {
        incoming.socket.destroy();
        return;
      }
      response.writeHead(fixed.status, { "content-type": "application/json", ...("headers" in fixed ? fixed.headers : {}) });
      const reply = isAnswer(fixed)
        ? (request.path.endsWith("/messages") ? messageOf : completionOf)(request.body.model, fixed, requests.length)
        : { type: "error", error: { message: fixed.message ?? "refused", type: "error" } };
      response.end(JSON.stringify(reply));
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

function isAnswer(fixed: Fixed): fixed is Answer {
  return "content" in fixed || "toolCalls" in fixed;
}

const standardUsage = { in: 100, out: 20 };

/** As POST /chat/completions answers. */
function completionOf(model: string, { content = "", toolCalls, usage = standardUsage }: Answer, id: number): object {
  const calls = toolCalls?.map(({ name, input }, index) => ({ id: `call-${id}-${index}`, type: "function", function: { name, arguments: JSON.stringify(input) } }));
  return {
    id: `chatcmpl-${id}`,
    object: "chat.completion",
    created: 1,
    model,
    choices: [{ index: 0, message: { role: "assistant", content, ...(calls ? { tool_calls: calls } : {}) }, finish_reason: calls ? "tool_calls" : "stop" }],
    ...(usage ? { usage: { prompt_tokens: usage.in, completion_tokens: usage.out, total_tokens: usage.in + usage.out, ...("cost" in usage ? { cost: usage.cost } : {}) } } : {}),
  };
}

/** As POST /messages answers. */
function messageOf(model: string, { content = "", toolCalls, usage }: Answer, id: number): object {
  const calls = (toolCalls ?? []).map(({ name, input }, index) => ({ type: "tool_use", id: `call-${id}-${index}`, name, input }));
  const { in: input_tokens, out: output_tokens } = usage ?? standardUsage;
  return {
    id: `msg-${id}`,
    type: "message",
    role: "assistant",
    model,
    content: [...(content ? [{ type: "text", text: content }] : []), ...calls],
    stop_reason: calls.length > 0 ? "tool_use" : "end_turn",
    stop_sequence: null,
    usage: { input_tokens, output_tokens },
  };
}
