import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import type { FieldProblem } from "@/lib/experiments/schema";
import type { components } from "./openapi";

type Schemas = components["schemas"];
export type MethodInfo = Schemas["MethodInfo"];
export type RuntimeInfo = Schemas["RuntimeInfo"];
export type TemplateInfo = Schemas["TemplateInfo"];
export type BenchmarkInfo = Schemas["BenchmarkInfo"];
export type ModelFacts = Schemas["ModelFacts"];
export type JobRequest = Schemas["JobRequest"];
export type JobView = Schemas["JobView"];
export type RunnerError = Schemas["ErrorInfo"];
export type CompressResult = Schemas["CompressResult"];
export type EvaluateResult = Schemas["EvaluateResult"];
export type Health = Schemas["Health"];
export type LogPage = Schemas["LogPage"];
export type Race = Schemas["Race"];
export type SearchRequest = Schemas["SearchRequest"];
export type SearchReply = Schemas["SearchReply"];
export type StrategyInfo = Schemas["StrategyInfo"];
export type ValidateRequest = Schemas["ValidateRequest"];

/** The runner answered with a typed refusal; it is not an outage and trying again the same way is no use. */
export class RunnerRefusal extends AppError {
  readonly info: RunnerError;

  constructor(info: RunnerError, status: number) {
    super(status === 404 ? "not_found" : "invalid_input", info.message, { remedy: info.remedy, problems: [toProblem(info)] });
    this.name = "RunnerRefusal";
    this.info = info;
  }
}

export function toProblem(info: RunnerError): FieldProblem {
  return { field: info.field ?? "", message: info.message, remedy: info.remedy };
}

/** Hex HMAC-SHA256 over time, method, path and body: what both sides put into `x-pareto-signature`. */
export function signature(key: string, timestamp: string, method: string, path: string, body: string): string {
  return createHmac("sha256", key).update(`${timestamp}.${method}.${path}.${body}`).digest("hex");
}

const toleranceSeconds = 300;

/** Whether a request that claims to come from the runner really does. */
export function isSignedByRunner(request: Request, body: string): boolean {
  const timestamp = request.headers.get("x-pareto-timestamp") ?? "";
  const given = Buffer.from(request.headers.get("x-pareto-signature") ?? "");
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= toleranceSeconds)) return false;
  const { pathname, search } = new URL(request.url);
  const expected = Buffer.from(signature(env().RUNNER_KEY, timestamp, request.method, pathname + search, body));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

type Verb = "GET" | "POST" | "DELETE";

async function call<T>(method: Verb, path: string, payload?: unknown, timeoutMs = 15_000): Promise<T> {
  const response = await send(method, path, payload === undefined ? "" : JSON.stringify(payload), timeoutMs);
  return JSON.parse(await response.text()) as T;
}

/** Sends a signed request; the answer's body is whole when it returns. Throws unless the runner agrees. */
async function send(method: Verb, path: string, body: string, timeoutMs: number): Promise<Response> {
  const response = await request(method, path, body, timeoutMs);
  try {
    return new Response(await response.arrayBuffer(), { headers: { "content-type": response.headers.get("content-type") ?? "application/json" } });
  } catch (error) {
    throw unreachable(error);
  }
}

/** Sends a signed request; the answer's body is still to come. Throws unless the runner agrees. */
async function request(method: Verb, path: string, body: string, timeoutMs?: number): Promise<Response> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  let response: Response;
  try {
    response = await fetch(new URL(path, env().RUNNER_URL), {
      method,
      headers: {
        "x-request-id": randomUUID(),
        "x-pareto-timestamp": timestamp,
        "x-pareto-signature": signature(env().RUNNER_KEY, timestamp, method, path, body),
        ...(body ? { "content-type": "application/json" } : {}),
      },
      ...(body ? { body } : {}),
      cache: "no-store",
      ...(timeoutMs ? { signal: AbortSignal.timeout(timeoutMs) } : {}),
    });
    if (response.ok) return response;
    const info = errorInfoOf(await response.text());
    // A refusal says what is wrong with the request; anything else is the runner's own trouble and may pass.
    if (info && response.status >= 400 && response.status < 500 && response.status !== 429) throw new RunnerRefusal(info, response.status);
    throw new AppError("upstream", `The runner replied ${response.status}${info ? `: ${info.message}` : ""}.`, {
      remedy: info?.remedy || "Look at the runner's log.",
    });
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unreachable(error);
  }
}

function unreachable(cause: unknown): AppError {
  return new AppError("runner_unreachable", `The runner at ${env().RUNNER_URL} does not answer.`, {
    remedy: "It is restarted by itself when the app runs; try again in a few seconds, or run `npm run doctor`.",
    cause,
  });
}

function errorInfoOf(text: string): RunnerError | null {
  try {
    const parsed = JSON.parse(text) as { error?: RunnerError };
    return parsed.error?.code ? parsed.error : null;
  } catch {
    return null;
  }
}

export const listMethods = (): Promise<MethodInfo[]> => call("GET", "/methods");
export const listRuntimes = (): Promise<RuntimeInfo[]> => call("GET", "/runtimes");
export const listBenchmarks = (): Promise<BenchmarkInfo[]> => call("GET", "/benchmarks");
export const listTemplates = (): Promise<TemplateInfo[]> => call("GET", "/templates");
export const addBenchmark = (upload: Schemas["BenchmarkUpload"]): Promise<BenchmarkInfo> => call("POST", "/benchmarks", upload, 60_000);
export const removeBenchmark = (name: string): Promise<unknown> => call("DELETE", `/benchmarks/${encodeURIComponent(name)}`);
export const runnerHealth = (): Promise<Health> => call("GET", "/health", undefined, 3_000);
/** Reads a hub model's header when the model is not local, so it may take a while. */
export const inspectModel = (model: string): Promise<ModelFacts> => call("POST", "/models/inspect", { model }, 60_000);
export const validate = (request: ValidateRequest): Promise<Schemas["ValidateReply"]> => call("POST", "/validate", request, 60_000);
export const listStrategies = (): Promise<StrategyInfo[]> => call("GET", "/strategies");
/** A busy machine may take its time to rank thousands of recipes. */
export const searchNext = (request: SearchRequest): Promise<SearchReply> => call("POST", "/search", request, 60_000);
/** What a job would take, before any time is spent. */
export const estimate = (request: Schemas["EstimateRequest"]): Promise<Schemas["EstimateReply"]> => call("POST", "/estimate", request, 60_000);
export const submitJob = (request: JobRequest): Promise<JobView> => call("POST", "/jobs", request);
export const getJobByKey = (key: string): Promise<JobView> => call("GET", `/jobs/by-key/${encodeURIComponent(key)}`);
/** A part of a job's log, from where a reader stopped. */
export const readJobLog = (key: string, after: number): Promise<LogPage> => call("GET", `/jobs/by-key/${encodeURIComponent(key)}/log?after=${after}`);
/** Refused when the artifact is not there, or not whole. */
export const readManifest = (hash: string): Promise<Schemas["Manifest"]> => call("GET", `/artifacts/${encodeURIComponent(hash)}`);
/** One file of an artifact as the runner hands it out: `card` or `bundle`. */
export async function readArtifact(hash: string, part: "card" | "bundle"): Promise<Response> {
  return send("GET", `/artifacts/${encodeURIComponent(hash)}/${part}`, "", 30_000);
}

/** One of an artifact's files, which may be larger than memory: it is handed through as it comes. */
export async function openArtifactFile(hash: string, path: string): Promise<Response> {
  return request("GET", `/artifacts/${encodeURIComponent(hash)}/files/${path.split("/").map(encodeURIComponent).join("/")}`, "");
}

export type OptunaStudy = Schemas["OptunaStudy"];

/** An SQLite file that Optuna and its dashboard open. */
export async function exportOptuna(study: OptunaStudy): Promise<ArrayBuffer> {
  return (await send("POST", "/exports/optuna", JSON.stringify(study), 120_000)).arrayBuffer();
}

export const cancelJob = (id: string): Promise<JobView> => call("DELETE", `/jobs/${encodeURIComponent(id)}`);

const endedStates: ReadonlySet<JobView["state"]> = new Set(["succeeded", "failed", "cancelled"]);

export function hasEnded(job: JobView): boolean {
  return endedStates.has(job.state);
}
