import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { requireExperiment, requireHead } from "@/lib/experiments/run";
import { log } from "@/lib/log";
import { teamOf } from "../workspace/queries";
import { Mlflow, mlflowSettings, trackingRemedy, type MlflowRun, type MlflowSettings } from "./client";
import { experimentPrefix, experimentTags, runOf, type RunContents } from "./contents";
import { claimDue, claimNow, isSynced, markFailed, markSynced } from "./queries";
import type { Logged, TrackingStatus } from "./schema";

const mostAtOnce = 5;

/**
 * Sends what MLflow does not have yet. It runs beside the experiments and reads what they have stored, so a server that
 * is away or refuses can neither stop nor slow one; what was not taken is sent again later.
 */
export async function syncTracking(): Promise<void> {
  if (!process.env.MLFLOW_TRACKING_URI?.trim()) return;
  for (const id of await claimDue(mostAtOnce)) {
    await send(id).catch((error: unknown) => log.warn({ experimentId: id, reason: reasonOf(error) }, "an experiment could not be logged to MLflow; it is tried again"));
  }
}

/** Logs all of an experiment that has ended so far, now; repeating it changes nothing. */
export async function logExperiment(idOrName: string): Promise<Logged> {
  const { id } = await requireHead(idOrName);
  requireServer();
  if (!(await claimNow(id))) throw new AppError("conflict", "The experiment is being sent to MLflow at this moment.", { remedy: "Nothing is lost; try again in a minute." });
  try {
    return await send(id);
  } catch (error) {
    throw new AppError("upstream", reasonOf(error), { remedy: trackingRemedy, cause: error });
  }
}

export async function trackingStatus(id: string): Promise<TrackingStatus> {
  const logged = await isSynced(id);
  try {
    requireServer();
    return { missing: null, logged };
  } catch (error) {
    const { message, remedy } = error as AppError;
    return { missing: { reason: message, remedy }, logged };
  }
}

/** The server that is set; what keeps it from being used is said with its remedy. */
function requireServer(): Mlflow {
  let settings: MlflowSettings | null;
  try {
    settings = mlflowSettings();
  } catch (error) {
    throw new AppError("invalid_input", reasonOf(error), { remedy: trackingRemedy, cause: error });
  }
  if (!settings) throw new AppError("invalid_input", "No MLflow server is set.", { remedy: "Set MLFLOW_TRACKING_URI to the address of a tracking server and start the app again." });
  return new Mlflow(settings);
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Sends a claimed experiment, and keeps how that ended. */
async function send(id: string): Promise<Logged> {
  try {
    const server = requireServer();
    const view = await requireExperiment(id);
    const team = await teamOf(view.id);
    const { PARETO_WEB_URL: webUrl } = env();
    const name = `${experimentPrefix}${view.name}`;
    const experimentId = await server.experiment(name, experimentTags(view, team, webUrl));
    const known = new Map((await server.runs([experimentId])).map((run) => [run.tags["pareto.episode"], run]));
    const ended = view.episodes.flatMap((episode) => runOf(view, episode, team, webUrl) ?? []);
    for (const contents of ended) await sendRun(server, experimentId, contents, known.get(contents.identity["pareto.episode"]));
    await markSynced(view.id, view.lastSeq);
    return { experiment: name, runs: ended.length, url: `${server.settings.url}/#/experiments/${experimentId}` };
  } catch (error) {
    await markFailed(id, reasonOf(error).slice(0, 500));
    throw error;
  }
}

async function sendRun(server: Mlflow, experimentId: string, contents: RunContents, known: MlflowRun | undefined): Promise<void> {
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
  const server = requireServer();
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

