import { rm, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "@playwright/test";
import { Command } from "commander";
import { App } from "../supervisor";
import { findChromium } from "../lib/chromium";
import { apiOf } from "../lib/connect";
import { runMain } from "../lib/errors";
import { scratchSettings } from "../lib/scratch";
import { loadSecrets } from "../lib/secrets";
import { readSettings, root } from "../lib/settings";
import { measureBaseline, morePoints, openOurs, seeded, signedIn, strip, watch, type Lab } from "./dashboard/lab";
import { brush, newPage, type Opened } from "./dashboard/page";
import { optunaDashboard, plotly, type Peer } from "./dashboard/peers";
import { range, report, type Figures } from "./dashboard/table";

/**
 * `npm run bench:dashboard`: how fast the experiment's page is with many solutions, in a real Chromium without a GPU,
 * against Plotly's own parallel coordinates on a bare page and optuna-dashboard's page of a study (the front of two of
 * the five objectives, history, importances; it has no chart of all five), all on the same solutions. A lab of its own
 * is started; its solutions are drawn at random around one real measurement. One run, on whatever else the machine does:
 * read the ratios, not the milliseconds.
 *
 * - Ready: from the navigation until nothing more is drawn into any chart for a second, and then the answer to a move
 *   of the pointer over the chart; the second of waiting is not counted. "Since the data" counts from the last byte of
 *   the page (ours, whose data is in it) or of the request that brings the points.
 * - One more point: from the commit (ours, Optuna's) or the call (Plotly's) until the frame that shows it. Scripts:
 *   processor time of the page's main thread in scripts, ours until 0.1 s after the frame and, refined, for the second
 *   after that, in which the shares of the front are worked out too. optuna-dashboard asks for news every ten seconds or so.
 * - Brushing: gaps between frames while a range is drawn over an axis and back, as fast as the page takes the moves.
 * - Commit to pixel: from the commit of a solution until a page has painted it, with 1, 10 and 100 viewers, of which
 *   at most three are real pages; the others are connections that are sent the same, for which the arrival is timed.
 * - Scripts of the first load: all scripts that the page loads until it is ready, compressed one by one with gzip.
 *
 * Painted means a task after the next frame, at most one frame late. A peer that is missing, or not done within two
 * minutes, is said in its place.
 */

const program = new Command("npm run bench:dashboard --")
  .option("--sizes <n,…>", "solutions", "1000,10000")
  .option("--viewers <n,…>", "viewers", "1,10,100")
  .option("--rounds <n>", "how often each page is opened", "3")
  .option("--points <n>", "further points, each", "8")
  .option("--only <part,…>", "of ours, plotly, optuna, viewers", "ours,plotly,optuna,viewers")
  .option("--json <file>", "write all figures")
  .option("--keep", "keep the data folder")
  .option("--folder <path>", "use a folder that --keep left")
  .parse();

const browserFlags = ["--headless", "--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const brushSteps = 90;

await runMain(async () => {
  const flags = program.opts<{ sizes: string; viewers: string; rounds: string; points: string; only: string; json?: string; keep?: boolean; folder?: string }>();
  const [sizes, viewers] = [flags.sizes, flags.viewers].map((list) => list.split(",").map(Number)) as [number[], number[]];
  const [rounds, points] = [Number(flags.rounds), Number(flags.points)];
  const only = flags.only.split(",");
  const scratch = await scratchSettings("bench");
  const settings = flags.folder ? readSettings("start", scratch.ports, { ...process.env, PARETO_DATA: flags.folder, DATABASE_URL: "" }) : scratch;
  const executablePath = await findChromium((line) => console.log(line));
  const app = await App.start(settings, { line: (line) => console.log(line) });
  const end = (): void => void app.stop().then(() => process.exit(130));
  process.once("SIGINT", end).once("SIGTERM", end);
  const browser = await chromium.launch({ executablePath, args: browserFlags });
  const figures: Figures = {};
  const note = async (name: string, measure: () => Promise<number[] | string>): Promise<void> => {
    figures[name] = await measure().catch((error: unknown) => (error instanceof Error ? error.message.split("\n")[0] : null) ?? "failed");
    const found = figures[name];
    console.log(`  ${name}: ${typeof found === "string" ? found : range(found)}`);
  };
  try {
    const api = await apiOf(settings.webUrl, settings.dataFolder);
    const { accessKey } = await loadSecrets(settings.dataFolder);
    const lab: Lab = { api, accessKey, webUrl: settings.webUrl, databaseUrl: await app.databaseUrl };
    await measureBaseline(lab);
    const signed = await signedIn(lab, browser);
    for (const size of sizes) {
      const id = await seeded(lab, size);
      console.log(`\n${size} solutions`);
      if (only.includes("ours")) {
        await opened(note, `ours ${size}`, rounds, () => newPage(browser, signed), (page) => openOurs(lab, page, id));
        const page = await newPage(browser, signed);
        await openOurs(lab, page, id);
        await brushed(note, `ours ${size}`, page, strip);
        const more = await morePoints(lab, page, id, points).catch((error: Error) => error);
        for (const [name, of] of [["point pixel", "pixelMs"], ["point script", "scriptMs"], ["point script refined", "refinedScriptMs"], ["record", "recordMs"]] as const)
          await note(`ours ${size} ${name}`, () => (more instanceof Error ? Promise.reject(more) : Promise.resolve(more.map((point) => point[of]))));
        await page.context().close();
      }
      if (only.includes("plotly")) await measurePeer(note, `plotly ${size}`, browser, rounds, () => plotly(lab, id));
      if (only.includes("optuna")) await measurePeer(note, `optuna ${size}`, browser, rounds, () => optunaDashboard(lab, id, settings.dataFolder));
    }
    if (only.includes("viewers")) {
      const id = await seeded(lab, sizes[0] as number);
      for (const count of viewers) {
        const seen = await watch(lab, browser, signed, id, count, points);
        await note(`viewers ${count} pixel`, () => Promise.resolve(seen.pixelMs));
        if (seen.arrivalMs.length > 0) await note(`viewers ${count} arrival`, () => Promise.resolve(seen.arrivalMs));
      }
    }
    const about = { chromium: browser.version(), node: process.version, cpu: `${cpus().length} × ${cpus()[0]?.model ?? "?"}`, "plotly.js": versionOf("plotly.js-strict-dist-min"), next: versionOf("next"), "optuna-dashboard": "0.21.0" };
    console.log(`\n${report(figures, sizes, viewers)}\n\n${Object.entries(about).map(([name, version]) => `${name} ${version}`).join(" · ")}`);
    if (flags.json) await writeFile(flags.json, `${JSON.stringify({ about, figures }, null, 1)}\n`);
    return 0;
  } finally {
    await browser.close();
    await app.stop();
    if (!flags.keep && !flags.folder) await rm(settings.dataFolder, { recursive: true, force: true });
    else console.log(`The data folder is kept: ${settings.dataFolder}`);
  }
});

type Note = (name: string, measure: () => Promise<number[] | string>) => Promise<void>;

async function opened(note: Note, name: string, rounds: number, make: () => Promise<Page>, openIt: (page: Page) => Promise<Opened>): Promise<void> {
  const all: Opened[] = [];
  let problem: unknown = null;
  for (let round = 0; round < rounds && !problem; round++) {
    const page = await make();
    await openIt(page).then((found) => all.push(found), (error: unknown) => (problem = error));
    await page.context().close();
  }
  for (const [what, of] of [["ready", "readyMs"], ["ready since data", "sinceDataMs"], ["hover", "hoverMs"], ["scripts bytes", "scriptBytes"]] as const)
    await note(`${name} ${what}`, () => (problem ? Promise.reject(problem as Error) : Promise.resolve(all.map((each) => each[of]))));
}

async function brushed(note: Note, name: string, page: Page, axis: string): Promise<void> {
  await note(`${name} brush frame`, async () => {
    const { frames, scriptMsPerStep } = await brush(page, axis, brushSteps);
    await note(`${name} brush script`, () => Promise.resolve([scriptMsPerStep]));
    return frames;
  });
}

async function measurePeer(note: Note, name: string, browser: Browser, rounds: number, make: () => Promise<Peer>): Promise<void> {
  const peer = await make().catch((error: Error) => error);
  if (peer instanceof Error) return note(name, () => Promise.reject(peer));
  try {
    await opened(note, name, rounds, () => newPage(browser), peer.open);
    const page = await newPage(browser);
    const found = await peer.open(page).catch(() => null);
    if (found) {
      if (peer.axis) await brushed(note, name, page, peer.axis);
      await note(`${name} point pixel`, async () => {
        const { pixelMs, scriptMs } = await peer.more(page);
        await note(`${name} point script`, () => Promise.resolve([scriptMs]));
        return [pixelMs];
      });
    }
    await page.context().close();
  } finally {
    await peer.close();
  }
}

function versionOf(name: string): string {
  return (JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")) as { version: string }).version;
}
