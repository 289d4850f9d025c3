import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { freePort } from "@/lib/free-port";
import { objectives } from "@/lib/domain/objectives";
import type { ExperimentChanges } from "@/lib/experiments/page-schema";
import { runCommand } from "../../lib/stage";
import { root } from "../../lib/settings";
import type { Lab } from "./lab";
import { open, processor, within, type Opened } from "./page";

/** What the page is measured against, on the same solutions: Plotly's own parallel coordinates, and optuna-dashboard. */

export interface Peer {
  open: (page: Page) => Promise<Opened>;
  /** One more point: until it is painted, and in scripts. */
  more: (page: Page) => Promise<{ pixelMs: number; scriptMs: number }>;
  /** What a range is drawn on; null where there is no such thing. */
  axis: string | null;
  close: () => Promise<void> | void;
}


/** A bare page with nothing but Plotly and the five columns. */
export async function plotly(lab: Lab, id: string): Promise<Peer> {
  const { solutions } = await lab.api.get<ExperimentChanges>(`experiments/${id}/changes?after=0`);
  const columns = objectives.map(({ key, label }) => ({ label, values: solutions.map(({ figures }) => figures[key].value) }));
  const pages: Record<string, { type: string; body: string | Buffer }> = {
    "/": { type: "text/html", body: `<!doctype html><div id="chart" style="width:1400px;height:600px"></div><script src="/plotly.js"></script><script>${plotlyPage}</script>` },
    "/plotly.js": { type: "text/javascript", body: await readFile(join(root, "node_modules/plotly.js-strict-dist-min/plotly-strict.min.js")) },
    "/points.json": { type: "application/json", body: JSON.stringify(columns) },
  };
  const server: Server = createServer((request, reply) => {
    const found = pages[request.url ?? ""];
    reply.writeHead(found ? 200 : 404, { "content-type": found?.type ?? "text/plain" }).end(found?.body);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    open: (page) => open(page, `http://127.0.0.1:${port}/`, ".parcoords", "points.json"),
    axis: ".parcoords .axis-brush",
    async more(page) {
      const cpu = await processor(page);
      await page.evaluate(() => window.bench.arm());
      const before = await cpu();
      const started = await page.evaluate("addPoint()");
      const { painted } = await within(page.evaluate(() => window.bench.quiet(500)), "painted");
      return { pixelMs: painted - (started as number), scriptMs: (await cpu()) - before };
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const plotlyPage = `
let columns;
const trace = () => [{ type: "parcoords", dimensions: columns.map(({ label, values }) => ({ label, values })), line: { color: "#4f46e5" } }];
fetch("/points.json").then((reply) => reply.json()).then((read) => { columns = read; Plotly.newPlot("chart", trace()); });
function addPoint() {
  const start = performance.now();
  for (const column of columns) column.values = [...column.values, column.values[Math.floor(column.values.length / 2)]];
  Plotly.react("chart", trace());
  return start;
}`;

const python = join(root, "gpu-runner/.venv/bin/python");
const cache = join(root, "node_modules/.cache/bench/optuna-dashboard");

/** Our export of the experiment as an Optuna storage, served by optuna-dashboard. */
export async function optunaDashboard(lab: Lab, id: string, folder: string): Promise<Peer> {
  if (!existsSync(join(cache, "optuna_dashboard"))) {
    const pins = join(root, "gpu-runner/requirements-bench.txt");
    const { code, output } = await runCommand(python, ["-m", "pip", "install", "--quiet", "--no-deps", "--target", cache, "-c", pins, "optuna-dashboard", "bottle"]);
    if (code !== 0) throw new Error(`it cannot be installed: ${output.trim().split("\n").at(-1)}`);
  }
  const storage = join(folder, `${id}.optuna.db`);
  const reply = await fetch(`${lab.webUrl}/api/v1/experiments/${id}/export?format=optuna`, { headers: { authorization: `Bearer ${lab.accessKey}` } });
  if (!reply.ok) throw new Error(`our export was refused with ${reply.status}`);
  await writeFile(storage, Buffer.from(await reply.arrayBuffer()));
  const port = await freePort();
  const env = { ...process.env, PYTHONPATH: cache };
  const server: ChildProcess = spawn(python, ["-c", "from optuna_dashboard._cli import main; main()", `sqlite:///${storage}`, "--port", String(port), "--quiet"], { env, stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; !(await fetch(url).catch(() => null)); tries++) {
    if (tries > 60) throw new Error("it does not start");
    await delay(500);
  }
  const { study_summaries: studies } = (await (await fetch(`${url}/api/studies`)).json()) as { study_summaries: { study_id: number }[] };
  return {
    open: (page) => open(page, `${url}/dashboard/studies/${studies[0]?.study_id}`, "#graph-pareto-front", "?after=0"),
    axis: null,
    async more(page) {
      const cpu = await processor(page);
      await page.evaluate(() => (window.bench.arm(), window.bench.paints()));
      const before = await cpu();
      const { code, output } = await runCommand(python, [join(import.meta.dirname, "add_trial.py"), storage]);
      if (code !== 0) throw new Error(output);
      const committedAt = Number(output.trim().split("\n").at(-1));
      await within(page.evaluate(() => window.bench.quiet(1_000)), "painted");
      const painted = await page.evaluate(() => window.bench.paints());
      return { pixelMs: (painted.at(-1)?.at ?? NaN) - committedAt, scriptMs: (await cpu()) - before };
    },
    close: () => void server.kill(),
  };
}

