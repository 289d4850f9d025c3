import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { objectiveKeys } from "@/lib/domain/objectives";
import { testMethods } from "@/lib/coordinator/testing/contexts";
import type { Evaluation } from "@/lib/experiments/schema";
import { evaluation } from "@/lib/experiments/testing/measured";

/** A runner over HTTP, as far as a run needs one: its search offers one width after another, and its jobs end at once. */
export interface RunnerDouble {
  url: string;
  /** Every submission, in order. */
  submitted: { key: string; params: Record<string, unknown> }[];
  close(): Promise<void>;
}

const widths = [8, 4, 3, 2];
const available = { available: true, reason: "", remedy: "" };

/** `measure` tells what an episode's evaluation comes to. */
export async function startRunnerDouble(measure: (episode: number) => Partial<Evaluation>): Promise<RunnerDouble> {
  const jobs = new Map<string, object>();
  const submitted: RunnerDouble["submitted"] = [];

  const submit = ({ key, job }: { key: string; job: { kind: string; params: Record<string, unknown> } }): object => {
    submitted.push({ key, params: job.params });
    const episode = Number(key.split(":")[1]);
    const artifact = { hash: `hash-${episode}`, size_bytes: 1000, format: "safetensors" };
    const result = job.kind === "compress" ? { kind: "compress", artifact } : { kind: "evaluate", ...evaluation(0.8 - episode / 100, 1 - episode / 5), ...measure(episode), artifact: episode > 0 ? artifact.hash : null };
    const at = new Date().toISOString();
    jobs.set(key, { id: key, key, kind: job.kind, state: "succeeded", result, started_at: at, ended_at: at, error: null, energy: null });
    return jobs.get(key) ?? {};
  };

  const candidate = (recipe: object): object => ({
    recipe,
    origin: "search",
    reason: "It is next.",
    expected: Object.fromEntries(objectiveKeys.map((key) => [key, { ratio: 0.9, low: 0.8, high: 1 }])),
    gain: { mean: 0.1, sd: 0.05 },
    feasible: 1,
    reward: 0,
    evidence: [],
  });
  const search = ({ history }: { history: unknown[] }): object => ({
    candidates: [candidate({ version: 1, steps: [{ method: "gptq", params: { bits: widths[history.length], group_size: 128, calibration_samples: 64 } }], runtime: "transformers" })],
    proposals: [],
    pool: 1,
    pins: 0,
    stop: { advised: false, reason: "" },
    seconds: 0,
  });

  const answer = (method: string, path: string, body: unknown): object | null => {
    if (path === "/methods") return testMethods;
    if (path === "/runtimes") return [{ name: "transformers", title: "transformers", summary: "", availability: available }];
    if (path === "/validate") return { problems: [], facts: null };
    if (path === "/search") return search(body as { history: unknown[] });
    if (path === "/jobs" && method === "POST") return submit(body as Parameters<typeof submit>[0]);
    return path.startsWith("/jobs/by-key/") ? (jobs.get(decodeURIComponent(path.slice("/jobs/by-key/".length))) ?? null) : null;
  };

  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const found = answer(request.method ?? "", request.url ?? "", body);
      response.writeHead(found ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(found ?? { error: { code: "not_found", message: "There is no such thing.", remedy: "" }, request_id: "" }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    submitted,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function read(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text ? (JSON.parse(text) as unknown) : null;
}
