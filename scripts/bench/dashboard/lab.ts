import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser, BrowserContextOptions, Page } from "@playwright/test";
import { parseServerSentEvents, type Api } from "../../lib/api";
import { root } from "../../lib/settings";
import { newPage, open, processor, type Opened } from "./page";

/** Our side of the measurement: seeded experiments in a lab of its own, and pages and connections that watch them. */

export interface Lab {
  api: Api;
  webUrl: string;
  accessKey: string;
  databaseUrl: string;
}

export interface Commit {
  number: number;
  committedAt: number;
  recordMs: number;
}

export const strip = '[data-brush="accuracy"]';
const chart = '[data-testid="parallel-lines"]';

/** A real experiment, for the seeded ones are drawn around its uncompressed model. */
export async function measureBaseline({ api }: Lab): Promise<void> {
  const known = await api.list(50);
  if (known.items.some(({ name }) => !name.startsWith("seeded"))) return;
  const benchmark = (await api.benchmarks()).find(({ name, availability }) => name.startsWith("pocket_") && availability.available);
  if (!benchmark) throw new Error("no pocket benchmark is available");
  const { id } = await api.launch({ model: "pocket", benchmarks: [benchmark.name], maxEpisodes: 1, budgetHours: 1, itemLimit: 8 });
  while ((await api.show(id)).solutions.length === 0) await delay(1_000);
  await api.stop(id);
}

/** A running experiment of so many solutions; one that an earlier run left is used again. */
export async function seeded(lab: Lab, count: number): Promise<string> {
  const known = (await lab.api.list(50)).items.find(({ name, status }) => name.startsWith(`seeded_${count}_`) && status === "running");
  if (known) return known.id;
  for await (const line of seed(lab, [String(count), "--running"])) return (line as unknown as { id: string }).id;
  throw new Error("nothing was seeded");
}

/** Records solutions one after the other, as episodes do, and tells what is begun and committed. */
export async function* appended(lab: Lab, id: string, count: number, everyMs: number): AsyncGenerator<{ number: number; openedAt: number } | Commit> {
  yield* seed(lab, [String(count), "--append", id, "--every", String(everyMs), "--seed", String(Date.now() % 1e6)]) as AsyncGenerator<Commit>;
}

async function* seed({ databaseUrl }: Lab, args: string[]): AsyncGenerator<object> {
  const child = spawn(process.execPath, ["--import", "tsx", "scripts/bench/seed-experiment.ts", ...args], { cwd: root, env: { ...process.env, DATABASE_URL: databaseUrl }, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  for await (const line of createInterface(child.stdout)) yield JSON.parse(line) as object;
  const code = await ended;
  if (code !== 0) throw new Error(`seed-experiment ended with ${code}`);
}

export async function signedIn({ api }: Lab, browser: Browser): Promise<BrowserContextOptions> {
  const page = await newPage(browser);
  await page.goto(api.link());
  const storageState = await page.context().storageState();
  await page.context().close();
  return { storageState };
}

export function openOurs(lab: Lab, page: Page, id: string): Promise<Opened> {
  return open(page, `${lab.webUrl}/experiments/${id}?tab=parallel`, chart, null);
}

export interface Point {
  recordMs: number;
  pixelMs: number;
  /** In scripts: of the update itself, and with what is refined in the second after it. */
  scriptMs: number;
  refinedScriptMs: number;
}

/** One further point at a time, with the processor time of the page around each. */
export async function morePoints(lab: Lab, page: Page, id: string, rounds: number): Promise<Point[]> {
  const cpu = await processor(page);
  const points: Point[] = [];
  await page.mouse.move(5, 5);
  let before = await cpu();
  let count = NaN;
  for await (const line of appended(lab, id, rounds, 2_000)) {
    if (!("committedAt" in line)) {
      await delay(1_000);
      count = await page.evaluate(() => (window.bench.paints(), window.bench.counted()));
      before = await cpu();
      continue;
    }
    const painted = await paintedWith(page, count + 1);
    await delay(100);
    const updated = await cpu();
    await delay(1_000);
    points.push({ recordMs: line.recordMs, pixelMs: painted - line.committedAt, scriptMs: updated - before, refinedScriptMs: (await cpu()) - before });
  }
  return points;
}

async function paintedWith(page: Page, count: number): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const painted = (await page.evaluate(() => window.bench.paints())).find((paint) => paint.count >= count);
    if (painted) return painted.at;
    await delay(50);
  }
  throw new Error("the point was not painted within ten seconds");
}

/**
 * Commit to pixel with so many viewers. At most three are real pages; the others are connections that read what a page
 * reads, since a hundred browsers do not fit on a small machine.
 */
export async function watch(lab: Lab, browser: Browser, signed: BrowserContextOptions, id: string, viewers: number, points: number): Promise<{ pages: number; pixelMs: number[]; arrivalMs: number[] }> {
  const pages = await Promise.all(Array.from({ length: Math.min(3, viewers) }, () => newPage(browser, signed)));
  for (const page of pages) await openOurs(lab, page, id);
  await Promise.all(pages.map((page) => page.mouse.move(5, 5)));
  const { lastSeq } = await lab.api.show(id);
  const stop = new AbortController();
  const arrivals = new Map<number, number[]>();
  for (let index = pages.length; index < viewers; index++) void listen(lab, id, lastSeq, stop.signal, arrivals).catch(() => undefined);
  await delay(3_000);
  const counts = await Promise.all(pages.map((page) => page.evaluate(() => (window.bench.paints(), window.bench.counted()))));
  const commits: Commit[] = [];
  for await (const line of appended(lab, id, points, 1_000)) if ("committedAt" in line) commits.push(line);
  await delay(2_000);
  const paints = await Promise.all(pages.map((page) => page.evaluate(() => window.bench.paints())));
  stop.abort();
  await Promise.all(pages.map((page) => page.context().close()));
  return {
    pages: pages.length,
    pixelMs: paints.flatMap((all, page) => commits.map(({ committedAt }, index) => (all.find(({ count }) => count > (counts[page] as number) + index)?.at ?? Infinity) - committedAt)),
    arrivalMs: commits.flatMap(({ number, committedAt }) => (arrivals.get(number) ?? []).map((at) => at - committedAt)),
  };
}

async function listen({ webUrl, accessKey }: Lab, id: string, after: number, signal: AbortSignal, arrivals: Map<number, number[]>): Promise<void> {
  const reply = await fetch(`${webUrl}/api/v1/experiments/${id}/events?feed=changes&after=${after}`, { signal, headers: { authorization: `Bearer ${accessKey}`, accept: "text/event-stream" } });
  if (!reply.ok || !reply.body) throw new Error(`the stream was refused with ${reply.status}`);
  for await (const { event, data } of parseServerSentEvents(reply.body)) {
    if (event !== "changes") continue;
    const at = Date.now();
    for (const { number } of (JSON.parse(data) as { solutions: { number: number }[] }).solutions) arrivals.set(number, [...(arrivals.get(number) ?? []), at]);
  }
}
