import { rm } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Command } from "commander";
import { Client } from "pg";
import { App } from "./supervisor";
import { type Api } from "./lib/api";
import { apiOf } from "./lib/connect";
import { checkArtifacts, checkDatabase, checkResultFiles } from "./lib/invariants";
import { runMain, UserError } from "./lib/errors";
import { seededRandom } from "./lib/random";
import { scratchSettings } from "./lib/scratch";
import type { PortName } from "./lib/settings";

const targets: PortName[] = ["web", "engine", "runner", "postgres"];
const episodes = 3;
/** Without any change for this long an experiment counts as stuck; the engine's own waits between attempts stay well below. */
const stuckAfterMs = 6 * 60_000;

const program = new Command("npm run chaos --")
  .description("Kills components with -9 at random moments of pocket experiments and checks that nothing is lost, doubled or half-written.")
  .option("--kills <n>", "how many", "8")
  .option("--seed <n>", "decides what is killed and when", "0")
  .option("--limit <items>", "items per benchmark", "8")
  .option("--keep", "keep the data folder for a look")
  .parse();

await runMain(async () => {
  const flags = program.opts<{ kills: string; seed: string; limit: string; keep?: boolean }>();
  const [kills, seed, itemLimit] = [wholeNumber("--kills", flags.kills), wholeNumber("--seed", flags.seed), wholeNumber("--limit", flags.limit)];
  const settings = await scratchSettings("chaos");
  const app = await App.start(settings, { line: (text) => console.log(text) });
  const end = (): void => void app.stop().then(() => process.exit(130));
  process.once("SIGINT", end).once("SIGTERM", end);
  const violations: string[] = [];
  try {
    const crash = app.failed.then((error) => Promise.reject(error));
    await Promise.race([wreak(app, kills, seed, itemLimit), crash]);
    violations.push(...(await checkDatabase(await app.databaseUrl, episodes)));
    violations.push(...(await checkResultFiles(settings.dataFolder, await app.databaseUrl)));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    violations.push(`${error.message} ${error.remedy}`);
  } finally {
    await app.stop();
  }
  violations.push(...checkArtifacts(settings.dataFolder));
  for (const violation of violations) console.log(`✗ ${violation}`);
  console.log(`chaos: ${kills} kills, ${violations.length} violations`);
  if (violations.length === 0 && !flags.keep) await rm(settings.dataFolder, { recursive: true, force: true });
  else console.log(`The data folder is kept: ${settings.dataFolder} (seed ${seed})`);
  return violations.length === 0 ? 0 : 3;
});

/** Runs experiments one after another until all kills are done and the last experiment has ended. */
async function wreak(app: App, kills: number, seed: number, itemLimit: number): Promise<void> {
  const random = seededRandom(seed);
  const api = await apiOf(app.settings.webUrl, app.settings.dataFolder);
  let left = kills;
  const killing = (async () => {
    for (; left > 0; left -= 1) {
      await delay(1_000 + random() * 24_000);
      await killOne(app, random);
    }
  })();
  do {
    await launch(api, itemLimit, seed);
    await untilAllEnded(await app.databaseUrl);
  } while (left > 0);
  await killing;
}

async function killOne(app: App, random: () => number): Promise<void> {
  const name = targets[Math.floor(random() * targets.length)] ?? "web";
  const pid = name === "postgres" ? postmasterOf(app.settings.dataFolder) : app.pidOf(name);
  if (pid === null) return console.log(`☠ ${name}: was down already`);
  try {
    process.kill(pid, "SIGKILL");
    console.log(`☠ ${name}: killed process ${pid}`);
  } catch {
    console.log(`☠ ${name}: was down already`);
  }
}

/** The server itself, not the script that watches it. */
function postmasterOf(dataFolder: string): number | null {
  try {
    return Number.parseInt(readFileSync(join(dataFolder, "postgres/cluster/postmaster.pid"), "utf8"), 10) || null;
  } catch {
    return null;
  }
}

/** Nothing is taken over, so that every experiment has jobs to be killed. A launch whose answer was lost may have happened; then there is one experiment more, which must come to its end too. */
async function launch(api: Api, itemLimit: number, seed: number): Promise<void> {
  const end = Date.now() + 120_000;
  for (;;) {
    try {
      const benchmarks = (await api.benchmarks()).filter(({ name }) => name.startsWith("pocket_")).slice(0, 2).map(({ name }) => name);
      const { name } = await api.launch({ model: "pocket", benchmarks, maxEpisodes: episodes, budgetHours: 1, seed, itemLimit, reuse: false });
      return console.log(`• Experiment ${name}`);
    } catch (error) {
      if (Date.now() > end || (error instanceof UserError && error.exitCode === 2)) throw error;
      await delay(1_000);
    }
  }
}

async function untilAllEnded(databaseUrl: string): Promise<void> {
  let [seen, since] = ["", Date.now()];
  for (;;) {
    await delay(1_000);
    const state = await experimentState(databaseUrl).catch(() => null);
    if (state?.open === 0) return;
    if (state && state.text !== seen) [seen, since] = [state.text, Date.now()];
    if (Date.now() - since > stuckAfterMs) throw new UserError(`Stuck for ${stuckAfterMs / 60_000} minutes at: ${seen}.`, "");
  }
}

async function experimentState(databaseUrl: string): Promise<{ open: number; text: string }> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 3_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ name: string; status: string; eventSeq: number; open: boolean }>(
      `select name, status, "eventSeq", "endedAt" is null as open from "Experiment" order by "createdAt"`,
    );
    return { open: rows.filter(({ open }) => open).length, text: rows.map(({ name, status, eventSeq }) => `${name} ${status} event ${eventSeq}`).join(", ") };
  } finally {
    await client.end().catch(() => undefined);
  }
}

function wholeNumber(flag: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new UserError(`${flag} ${text} is no whole number.`, `Give ${flag} a number like 5.`, 2);
  return value;
}
