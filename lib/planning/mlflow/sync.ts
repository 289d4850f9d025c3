import { env } from "@/lib/env";
import { requireExperiment } from "@/lib/experiments/run";
import { log } from "@/lib/log";
import { teamOf } from "../workspace/queries";
import { Mlflow, mlflowSettings, type MlflowRun } from "./client";
import { experimentPrefix, experimentTags, runOf } from "./contents";
import { claimDue, markFailed, markSynced } from "./queries";

const mostAtOnce = 5;

/**
 * Sends what MLflow does not have yet. It runs beside the experiments and reads what they have stored, so a server that
 * is away or refuses can neither stop nor slow one; what was not taken is sent again later.
 */
export async function syncTracking(): Promise<void> {
  if (!process.env.MLFLOW_TRACKING_URI?.trim()) return;
  for (const id of await claimDue(mostAtOnce)) {
    try {
      await logExperiment(id);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.warn({ experimentId: id, reason }, "an experiment could not be logged to MLflow; it is tried again");
      await markFailed(id, reason.slice(0, 500));
    }
  }
}

/** Logs all of an experiment that has ended so far; repeating it changes nothing. */
export async function logExperiment(idOrName: string): Promise<{ experiment: string; runs: number }> {
  const settings = mlflowSettings();
  if (!settings) throw new Error("MLFLOW_TRACKING_URI is not set.");
  const view = await requireExperiment(idOrName);
  const team = await teamOf(view.id);
  const server = new Mlflow(settings);
  const { PARETO_WEB_URL: webUrl } = env();
  const experimentId = await server.experiment(`${experimentPrefix}${view.name}`, experimentTags(view, team, webUrl));
  const known = new Map((await server.runs([experimentId])).map((run) => [run.tags["pareto.episode"], run]));
  let runs = 0;
  for (const episode of view.episodes) {
    const contents = runOf(view, episode, team, webUrl);
    if (!contents) continue;
    await sendRun(server, experimentId, contents, known.get(String(episode.number)));
    runs++;
  }
  await markSynced(view.id, view.lastSeq);
  return { experiment: `${experimentPrefix}${view.name}`, runs };
}

async function sendRun(server: Mlflow, experimentId: string, contents: NonNullable<ReturnType<typeof runOf>>, known: MlflowRun | undefined): Promise<void> {
  const { name, startTime, endTime, status, identity, state, params, metrics } = contents;
  // A run that was made but not ended is one whose sending was cut short: everything is sent again.
  if (known && known.status !== "RUNNING") {
    const changed = Object.fromEntries(Object.entries(state).filter(([key, value]) => known.tags[key] !== value));
    if (Object.keys(changed).length > 0) await server.log(known.id, { params: {}, metrics: [], tags: changed });
    return;
  }
  const runId = known?.id ?? (await server.createRun(experimentId, name, startTime, identity));
  await server.log(runId, { params, metrics, tags: { ...identity, ...state } });
  await server.endRun(runId, status, endTime);
}

/** The runs of a team's experiments, by a filter in MLflow's own language. */
export async function queryRuns(team: string, { filter = "", orderBy = [], most = 20 }: { filter?: string; orderBy?: readonly string[]; most?: number }): Promise<MlflowRun[]> {
  const settings = mlflowSettings();
  if (!settings) throw new Error("MLFLOW_TRACKING_URI is not set.");
  const server = new Mlflow(settings);
  const own = `tags.\`pareto.team\` = '${team.replaceAll("'", "")}'`;
  return server.runs(await server.experimentIds(experimentPrefix), { filter: filter ? `${own} AND ${filter}` : own, orderBy, most });
}

/** The run with the best value of a metric among those that ended well and keep their goal's limits, on one model. */
export async function bestConfig(team: string, { model, metric, highest }: { model: string; metric: string; highest: boolean }): Promise<MlflowRun | null> {
  const safe = (value: string): string => value.replaceAll(/['`"]/g, "");
  const filter = `params.model = '${safe(model)}' AND tags.\`pareto.feasible\` = 'true' AND tags.\`pareto.partial\` = 'false' AND tags.\`pareto.episode\` != '0' AND attributes.status = 'FINISHED'`;
  const [best] = await queryRuns(team, { filter, orderBy: [`metrics.\`${safe(metric)}\` ${highest ? "DESC" : "ASC"}`], most: 1 });
  return best ?? null;
}

