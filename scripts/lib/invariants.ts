import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { mayStand } from "@/lib/domain/goals";
import { frontOf } from "@/lib/domain/pareto";
import { root } from "./settings";

/** What must hold of every ended experiment, whatever was killed while it ran. Each check returns what it finds wrong. */

interface ExperimentRow {
  id: string;
  name: string;
  status: string;
  reason: string | null;
  eventSeq: number;
}

interface EpisodeRow {
  number: number;
  status: string;
  ended: boolean;
  error: { code?: string; message?: string } | null;
}

interface SolutionRow {
  number: number;
  onFront: boolean;
  feasible: boolean;
  partial: boolean;
  artifactHash: string | null;
  accuracy: number;
  latencyMs: number;
  memoryGb: number;
  modelSizeGb: number;
  co2Grams: number;
}

/** Failures that come from a killed component; an honest failure of a method names the method's own trouble. */
const lossCodes = /interrupt|unreachable|abandoned|runner_lost|heartbeat|measure_crashed|child_died|worker_died/;

export async function checkDatabase(url: string, maxEpisodes: number): Promise<string[]> {
  return withClient(url, async (client) => {
    const experiments = await client.query<ExperimentRow>(`select id, name, status, "terminationReason" as reason, "eventSeq" from "Experiment" order by "createdAt"`);
    const problems = experiments.rows.length === 0 ? ["There is no experiment."] : [];
    for (const experiment of experiments.rows) {
      const found = [
        ...(experiment.status === "done" ? [] : [`ended as ${experiment.status} (${experiment.reason})`]),
        ...checkEpisodes(await episodesOf(client, experiment.id), experiment, maxEpisodes),
        ...(await checkSolutions(client, experiment.id)),
        ...(await checkEvents(client, experiment)),
      ];
      problems.push(...found.map((problem) => `${experiment.name}: ${problem}`));
    }
    return problems;
  });
}

/** Numbers 0 to N, each once, each ended; a failed one says why, and never that a component was lost. */
export function checkEpisodes(episodes: EpisodeRow[], { reason }: { reason: string | null }, maxEpisodes: number): string[] {
  const numbers = episodes.map(({ number }) => number).sort((a, b) => a - b);
  const dense = numbers.every((number, index) => number === index);
  const complete = reason !== "max_episodes" || numbers.length === maxEpisodes + 1;
  return [
    ...(dense && complete ? [] : [`its episodes are ${numbers.join(", ")} of 0 to ${maxEpisodes}`]),
    ...episodes.flatMap(({ number, status, ended, error }) => {
      if (!ended || !["done", "failed"].includes(status)) return [`episode ${number} is ${status}`];
      if (status === "done") return [];
      if (!error?.code) return [`episode ${number} failed without a reason`];
      return lossCodes.test(error.code) ? [`episode ${number} was lost: ${error.code}: ${error.message}`] : [];
    }),
  ];
}

async function episodesOf(client: Client, id: string): Promise<EpisodeRow[]> {
  const { rows } = await client.query<EpisodeRow>(`select number, status, "endedAt" is not null as ended, error from "Episode" where "experimentId" = $1`, [id]);
  return rows;
}

/** One solution for each done episode and for no other, and the front is the front of exactly these. */
async function checkSolutions(client: Client, id: string): Promise<string[]> {
  const { rows } = await client.query<SolutionRow>(`select * from "Solution" where "experimentId" = $1 order by number`, [id]);
  const done = (await episodesOf(client, id)).filter(({ status }) => status === "done").map(({ number }) => number);
  const measured = rows.map(({ number }) => number);
  const front = frontOf(
    rows.filter(mayStand).map((row) => ({
      id: row.number,
      figures: { accuracy: row.accuracy, latency_ms: row.latencyMs, memory_gb: row.memoryGb, model_size_gb: row.modelSizeGb, co2_grams: row.co2Grams },
    })),
  );
  const wrong = rows.filter(({ number, onFront }) => onFront !== front.has(number)).map(({ number }) => number);
  return [
    ...(done.sort((a, b) => a - b).join() === measured.join() ? [] : [`episodes ${done.join(", ")} are done, solutions are ${measured.join(", ")}`]),
    ...(wrong.length === 0 ? [] : [`solutions ${wrong.join(", ")} are wrongly on or off the front`]),
  ];
}

/** Sequence numbers 1 to n without a gap, and each episode decided once and ended once. */
async function checkEvents(client: Client, { id, eventSeq }: ExperimentRow): Promise<string[]> {
  const { rows } = await client.query<{ seq: number; type: string; number: string | null }>(`select seq, type, data->>'number' as number from "Event" where "experimentId" = $1 order by seq`, [id]);
  const dense = rows.length === eventSeq && rows.every(({ seq }, index) => seq === index + 1);
  const counted = new Map<string, number>();
  for (const { type, number } of rows) {
    const kind = type === "episode.recorded" || type === "episode.failed" ? "ended" : type === "episode.decided" ? "decided" : null;
    if (kind) counted.set(`episode ${number} ${kind}`, (counted.get(`episode ${number} ${kind}`) ?? 0) + 1);
  }
  const doubled = [...counted].filter(([, count]) => count > 1).map(([what, count]) => `${what} ${count} times in its log`);
  return [...(dense ? [] : [`its log has ${rows.length} events, the last number is ${eventSeq}`]), ...doubled];
}

/** Every artifact is what its manifest says, and no unfinished folder is left. Asked when no job runs. */
export function checkArtifacts(dataFolder: string): string[] {
  const folder = join(dataFolder, "artifacts");
  if (!existsSync(folder)) return [];
  const strays = readdirSync(folder).filter((name) => name.startsWith(".") || name.includes("tmp"));
  const check = spawnSync(join(root, "gpu-runner/.venv/bin/python"), ["-m", "pareto_runner.artifacts.verify", folder], { cwd: join(root, "gpu-runner"), encoding: "utf8" });
  const damaged = check.stdout.split("\n").filter((line) => line.startsWith("damaged"));
  return [...strays.map((name) => `unfinished artifact ${name}`), ...(check.status === 0 || damaged.length > 0 ? damaged : [`the artifacts could not be checked: ${check.stderr.trim()}`])];
}

/** The files of every experiment: complete, readable, and no temporary one among them. */
export async function checkResultFiles(dataFolder: string, url: string): Promise<string[]> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string; number: number }>(
      `select x.name, e.number from "Experiment" x join "Episode" e on e."experimentId" = x.id order by x.name, e.number`,
    );
    const wanted = new Set(rows.flatMap(({ name, number }) => [...summaryFiles, ...episodeFiles(number)].map((file) => join(name, file))));
    const problems = [...wanted].flatMap((file) => checkFile(join(dataFolder, "experiments", file), file));
    for (const name of new Set(rows.map((row) => row.name))) {
      const folder = join(dataFolder, "experiments", name);
      const all = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
      problems.push(...all.filter((file) => /\.tmp|~$/.test(file)).map((file) => `unfinished file ${join(name, file)}`));
    }
    return problems;
  });
}

const summaryFiles = ["model_spec.json", "pareto_frontier.json", "final_results.json"];

function episodeFiles(number: number): string[] {
  const folder = `episode_${String(number).padStart(3, "0")}`;
  return [`${folder}/strategy.json`, `${folder}/results.json`];
}

function checkFile(path: string, name: string): string[] {
  if (!existsSync(path)) return [`missing result file ${name}`];
  try {
    JSON.parse(readFileSync(path, "utf8"));
    return [];
  } catch {
    return [`damaged result file ${name}`];
  }
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
