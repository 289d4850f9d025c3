import { startLink } from "@/lib/access/tokens";
import type { ModelUse } from "@/lib/coordinator/models/schema";
import type { ExperimentSummary, ExperimentView, FieldProblem, LaunchInput, LogEvent, LiveProgress, ModelSpec, Page, Steer } from "@/lib/experiments/schema";
import type { Logged } from "@/lib/planning/mlflow/schema";
import type { ShareInput, ShareView } from "@/lib/sharing/schema";
import type { ImportReply, MemoryFile, MemoryPage } from "@/lib/skills/schema";
import { UserError } from "./errors";

export interface BenchmarkOffer {
  name: string;
  title: string;
  availability: { available: boolean };
}

interface ApiErrorBody {
  error?: { code: string; message: string; remedy?: string; problems?: FieldProblem[] };
}

/** The app's HTTP API as the command line uses it. What it refuses becomes a clear line and an exit code. */
export class Api {
  constructor(
    readonly url: string,
    private readonly accessKey: string,
  ) {}

  /** The link that signs a browser in, once, and shows it a page of the lab. */
  link(to?: string): string {
    return startLink(this.url, this.accessKey, to);
  }

  launch(input: LaunchInput): Promise<{ id: string; name: string; url: string }> {
    return this.#call("POST", "experiments", input);
  }

  show(idOrName: string): Promise<ExperimentView> {
    return this.#call("GET", `experiments/${encodeURIComponent(idOrName)}`);
  }

  modelUse(idOrName: string): Promise<ModelUse> {
    return this.#call("GET", `experiments/${encodeURIComponent(idOrName)}/model-calls`);
  }

  list(limit: number, cursor?: string | null): Promise<Page<ExperimentSummary>> {
    return this.#call("GET", `experiments?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
  }

  stop(idOrName: string): Promise<{ id: string; status: string }> {
    return this.#call("POST", `experiments/${encodeURIComponent(idOrName)}/stop`);
  }

  steer(idOrName: string, change: Steer): Promise<{ id: string }> {
    return this.#call("POST", `experiments/${encodeURIComponent(idOrName)}/steer`, change);
  }

  export(idOrName: string): Promise<{ folder: string; files: string[] }> {
    return this.#call("POST", `experiments/${encodeURIComponent(idOrName)}/export`);
  }

  logToMlflow(idOrName: string): Promise<Logged> {
    return this.#call("POST", `experiments/${encodeURIComponent(idOrName)}/mlflow`);
  }

  share(input: ShareInput): Promise<{ id: string; url: string }> {
    return this.#call("POST", "shares", input);
  }

  async shares(): Promise<ShareView[]> {
    return (await this.#call<{ shares: ShareView[] }>("GET", "shares")).shares;
  }

  unshare(id: string): Promise<{ id: string }> {
    return this.#call("DELETE", `shares/${encodeURIComponent(id)}`);
  }

  async spec(model: string): Promise<ModelSpec> {
    const { spec } = await this.#call<{ spec: ModelSpec }>("GET", `models/spec?model=${encodeURIComponent(model)}`);
    return spec;
  }

  async benchmarks(): Promise<BenchmarkOffer[]> {
    const reply = await this.#call<BenchmarkOffer[] | { benchmarks: BenchmarkOffer[] }>("GET", "benchmarks");
    return Array.isArray(reply) ? reply : reply.benchmarks;
  }

  addBenchmark(upload: object): Promise<{ name: string; items: number }> {
    return this.#call("POST", "benchmarks", upload);
  }

  removeBenchmark(name: string): Promise<{ removed: string }> {
    return this.#call("DELETE", `benchmarks/${encodeURIComponent(name)}`);
  }

  memory(search: URLSearchParams): Promise<MemoryPage> {
    return this.#call("GET", `memory/records?${search}`);
  }

  exportMemory(): Promise<MemoryFile> {
    return this.#call("GET", "memory");
  }

  importMemory(request: { name: string; file: unknown }): Promise<ImportReply> {
    return this.#call("POST", "memory", request);
  }

  /** Any part of the API that has no method of its own here. */
  get<T>(path: string): Promise<T> {
    return this.#call("GET", path);
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.#call("POST", path, body);
  }

  /** The experiment's log from `after` on, then live; progress of the running job between. Ends when the connection does. */
  async *events(id: string, after: number, signal: AbortSignal): AsyncGenerator<{ log: LogEvent } | { progress: LiveProgress | null }> {
    const reply = await fetch(`${this.url}/api/v1/experiments/${id}/events?after=${after}`, { signal, headers: { ...this.#headers, accept: "text/event-stream" } });
    if (!reply.ok || !reply.body) throw new Error(`The event stream was refused with ${reply.status}.`);
    for await (const { event, data } of parseServerSentEvents(reply.body)) {
      if (event === "log") yield { log: JSON.parse(data) as LogEvent };
      else if (event === "progress") yield { progress: JSON.parse(data) as LiveProgress | null };
    }
  }

  get #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.accessKey}` };
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    let reply: Response;
    try {
      reply = await fetch(`${this.url}/api/v1/${path}`, {
        method,
        headers: body === undefined ? this.#headers : { ...this.#headers, "content-type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(60_000),
      });
    } catch (cause) {
      throw new UserError(`The app at ${this.url} does not answer.`, "`npm run doctor` shows what is wrong; `npm start` starts it.", 3, { cause });
    }
    const answer = (await reply.json().catch(() => null)) as (T & ApiErrorBody) | null;
    if (reply.ok && answer) return answer;
    throw refusal(reply.status, answer);
  }
}

function refusal(status: number, body: ApiErrorBody | null): UserError {
  const error = body?.error;
  if (!error) return new UserError(`The app answered with ${status} and no explanation.`, "Its log is data/logs/web.log.");
  const problems = (error.problems ?? []).map(({ field, message, remedy }) => `${field ? `${field}: ` : ""}${message}${remedy ? ` ${remedy}` : ""}`);
  const remedy = problems.length > 0 ? problems.join("\n  ") : (error.remedy ?? "");
  return new UserError(error.message, remedy, status >= 400 && status < 500 ? 2 : 3);
}

/** Splits a stream into its events. Comments (heartbeats) and fields without use here are skipped. */
export async function* parseServerSentEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<{ event: string; data: string }> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let buffer = "";
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    buffer += decoder.decode(chunk.value, { stream: true });
    for (let end = buffer.indexOf("\n\n"); end >= 0; end = buffer.indexOf("\n\n")) {
      const block = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      let event = "message";
      const data: string[] = [];
      for (const line of block.split("\n")) {
        if (line.startsWith("event:")) event = line.slice(6).trim();
        else if (line.startsWith("data:")) data.push(line.slice(5).trimStart());
      }
      if (data.length > 0) yield { event, data: data.join("\n") };
    }
  }
}
