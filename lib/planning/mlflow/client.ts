import { z } from "zod";

/** MLflow's REST API, as much as logging and asking takes (https://mlflow.org/docs/latest/rest-api.html). */

export interface MlflowSettings {
  url: string;
  headers: Record<string, string>;
}

/** Read at each use, so that tests and a changed setting take effect. Null where no server is named. */
export function mlflowSettings(environment: NodeJS.ProcessEnv = process.env): MlflowSettings | null {
  const { MLFLOW_TRACKING_URI: uri, MLFLOW_TRACKING_TOKEN: token, MLFLOW_TRACKING_USERNAME: user, MLFLOW_TRACKING_PASSWORD: password } = environment;
  if (!uri?.trim()) return null;
  if (!/^https?:\/\//.test(uri)) throw new MlflowError(`MLFLOW_TRACKING_URI is "${uri.slice(0, 60)}", but only a server's http address can be used.`, 0);
  const authorization = token ? `Bearer ${token}` : user ? `Basic ${Buffer.from(`${user}:${password ?? ""}`).toString("base64")}` : "";
  return { url: uri.trim().replace(/\/+$/, ""), headers: authorization ? { authorization } : {} };
}

export const trackingRemedy = "Start the server or correct MLFLOW_TRACKING_URI; what waits is sent again by itself.";

export class MlflowError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code = "",
  ) {
    super(message);
    this.name = "MlflowError";
  }
}

const pair = z.object({ key: z.string(), value: z.string().default("") });
const runSchema = z.object({
  info: z.object({ run_id: z.string(), run_name: z.string().default(""), experiment_id: z.string(), status: z.string() }),
  data: z
    .object({
      params: z.array(pair).default([]),
      tags: z.array(pair).default([]),
      metrics: z.array(z.object({ key: z.string(), value: z.number() })).default([]),
    })
    .prefault({}),
});

export interface MlflowRun {
  id: string;
  name: string;
  status: string;
  params: Record<string, string>;
  tags: Record<string, string>;
  metrics: Record<string, number>;
}

export interface Metric {
  key: string;
  value: number;
  /** Milliseconds; the same metric logged again at the same time and step stays one. */
  timestamp: number;
  step: number;
}

const requestTimeoutMs = 15_000;
/** Of one request; MLflow takes no more. */
const mostParams = 100;
const mostMetrics = 1000;

export class Mlflow {
  constructor(
    readonly settings: MlflowSettings,
    private readonly timeoutMs = requestTimeoutMs,
  ) {}

  /** Nothing when it takes this lab's requests; an MlflowError with the reason when it does not. */
  async ping(): Promise<void> {
    await this.#call("POST", "experiments/search", { max_results: 1 });
  }

  /** The experiment's id; it is made when there is none of that name, and its tags are set. */
  async experiment(name: string, tags: Record<string, string>): Promise<string> {
    const known = await this.#call("GET", `experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`, undefined).catch((error: unknown) => {
      if (error instanceof MlflowError && error.code === "RESOURCE_DOES_NOT_EXIST") return null;
      throw error;
    });
    const found = z.object({ experiment: z.object({ experiment_id: z.string(), lifecycle_stage: z.string().default("active"), tags: z.array(pair).default([]) }) }).nullable().parse(known);
    if (!found) return z.object({ experiment_id: z.string() }).parse(await this.#call("POST", "experiments/create", { name, tags: toPairs(tags) })).experiment_id;
    const { experiment } = found;
    if (experiment.lifecycle_stage !== "active") await this.#call("POST", "experiments/restore", { experiment_id: experiment.experiment_id });
    const present = toRecord(experiment.tags);
    for (const [key, value] of Object.entries(tags)) {
      if (present[key] !== value) await this.#call("POST", "experiments/set-experiment-tag", { experiment_id: experiment.experiment_id, key, value });
    }
    return experiment.experiment_id;
  }

  async experimentIds(prefix: string): Promise<string[]> {
    const ids: string[] = [];
    let token: string | undefined;
    do {
      const reply = await this.#call("POST", "experiments/search", { filter: `name LIKE '${prefix.replaceAll("'", "")}%'`, max_results: 1000, page_token: token });
      const page = z.object({ experiments: z.array(z.object({ experiment_id: z.string() })).default([]), next_page_token: z.string().optional() }).parse(reply);
      ids.push(...page.experiments.map(({ experiment_id }) => experiment_id));
      token = page.next_page_token || undefined;
    } while (token);
    return ids;
  }

  async runs(experimentIds: readonly string[], { filter = "", orderBy = [], most = 1000 }: { filter?: string; orderBy?: readonly string[]; most?: number } = {}): Promise<MlflowRun[]> {
    if (experimentIds.length === 0) return [];
    const reply = await this.#call("POST", "runs/search", { experiment_ids: experimentIds, filter, order_by: orderBy, max_results: most });
    return z.object({ runs: z.array(runSchema).default([]) }).parse(reply).runs.map(toRun);
  }

  async createRun(experimentId: string, name: string, startTime: number, tags: Record<string, string>): Promise<string> {
    const reply = await this.#call("POST", "runs/create", { experiment_id: experimentId, run_name: name, start_time: startTime, tags: toPairs(tags) });
    return z.object({ run: runSchema }).parse(reply).run.info.run_id;
  }

  async log(runId: string, { params, metrics, tags }: { params: Record<string, string>; metrics: readonly Metric[]; tags: Record<string, string> }): Promise<void> {
    const pairs = toPairs(params);
    await this.#call("POST", "runs/log-batch", { run_id: runId, params: pairs.slice(0, mostParams), metrics: metrics.slice(0, mostMetrics - mostParams), tags: toPairs(tags) });
  }

  async endRun(runId: string, status: "FINISHED" | "FAILED" | "KILLED", endTime: number): Promise<void> {
    await this.#call("POST", "runs/update", { run_id: runId, status, end_time: endTime });
  }

  async #call(method: "GET" | "POST", path: string, body?: unknown): Promise<unknown> {
    let reply: Response;
    try {
      reply = await fetch(`${this.settings.url}/api/2.0/mlflow/${path}`, {
        method,
        headers: { ...this.settings.headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        cache: "no-store",
        signal: AbortSignal.timeout(this.timeoutMs),
      });
    } catch {
      throw new MlflowError(`The MLflow server at ${this.settings.url} does not answer.`, 0);
    }
    const answer: unknown = await reply.json().catch(() => null);
    if (reply.ok) return answer ?? {};
    const problem = z.object({ error_code: z.string().default(""), message: z.string().default("") }).safeParse(answer);
    const { error_code: code, message } = problem.data ?? { error_code: "", message: "" };
    throw new MlflowError(`The MLflow server answered ${reply.status} to ${path.split("?")[0]}${message ? `: ${message.slice(0, 300)}` : ""}.`, reply.status, code);
  }
}

function toPairs(record: Record<string, string>): { key: string; value: string }[] {
  return Object.entries(record).map(([key, value]) => ({ key, value }));
}

function toRecord(pairs: readonly { key: string; value: string }[]): Record<string, string> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
}

function toRun({ info, data }: z.infer<typeof runSchema>): MlflowRun {
  return {
    id: info.run_id,
    name: info.run_name,
    status: info.status,
    params: toRecord(data.params),
    tags: toRecord(data.tags),
    metrics: Object.fromEntries(data.metrics.map(({ key, value }) => [key, value])),
  };
}
