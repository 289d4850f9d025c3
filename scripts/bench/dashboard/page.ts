import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, BrowserContextOptions, CDPSession, Page } from "@playwright/test";

/** How a page is measured, whichever dashboard it is: by the draws into its canvases, its frames and its processor time. */

export interface Opened {
  /** Until all is painted and the pointer is answered: since the navigation, and since the data was in. */
  readyMs: number;
  sinceDataMs: number;
  hoverMs: number;
  /** Scripts of the first load, compressed. */
  scriptBytes: number;
}

export interface Brushed {
  frames: number[];
  scriptMsPerStep: number;
}

interface Bench {
  arm(): void;
  quiet(ms: number, since?: { part: string | null }): Promise<{ first: number; painted: number }>;
  paints(): { at: number; count: number }[];
  counted(): number;
  listen(): void;
  answered(): Promise<number>;
  startFrames(): void;
  stopFrames(): number[];
  arrival(part: string | null): number;
}
declare global {
  interface Window {
    bench: Bench;
  }
}

export const patienceMs = 120_000;

export async function newPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  await context.addInitScript({ path: join(import.meta.dirname, "in-page.js") });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  return page;
}

/** Opens an address and waits until its chart is painted; `chart` is what the pointer is moved over. */
export async function open(page: Page, url: string, chart: string, dataRequest: string | null): Promise<Opened> {
  const bodies: Promise<Buffer>[] = [];
  page.on("response", (response) => {
    if (response.request().resourceType() === "script") bodies.push(response.body().catch(() => Buffer.alloc(0)));
  });
  await page.goto(url, { waitUntil: "commit" });
  const { painted } = await within(page.evaluate((part) => window.bench.quiet(1_000, { part }), dataRequest), "painted");
  page.removeAllListeners("response");
  const scripts = await Promise.all(bodies);
  await page.locator(chart).first().scrollIntoViewIfNeeded();
  const box = await boxOf(page, chart);
  await page.evaluate(() => window.bench.listen());
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.5);
  const hoverMs = await within(page.evaluate(() => window.bench.answered()), "answered");
  const arrival = await page.evaluate((part) => window.bench.arrival(part), dataRequest);
  return { readyMs: painted + hoverMs, sinceDataMs: painted + hoverMs - arrival, hoverMs, scriptBytes: scripts.reduce((sum, body) => sum + gzipSync(body).length, 0) };
}

/** Drags a brush down an axis and up again, one move after the other as fast as the page takes them. */
export async function brush(page: Page, axis: string, steps: number): Promise<Brushed> {
  await page.locator(axis).first().scrollIntoViewIfNeeded();
  const { x, y, width, height } = await boxOf(page, axis);
  const across = x + width / 2;
  const cpu = await processor(page);
  await page.mouse.move(across, y + height * 0.1);
  await page.mouse.down();
  await page.evaluate(() => (window.bench.paints(), window.bench.startFrames()));
  const before = await cpu();
  const drag = async (): Promise<void> => {
    for (let step = 1; step <= steps; step++) {
      const share = 1 - Math.abs(1 - (2 * step) / steps);
      await page.mouse.move(across, y + height * (0.1 + 0.8 * share));
    }
  };
  await within(drag(), "brushed");
  const frames = await page.evaluate(() => window.bench.stopFrames());
  const drawn = await page.evaluate(() => window.bench.paints().length);
  const after = await cpu();
  await page.mouse.up();
  if (drawn === 0) throw new Error("dragging changed nothing");
  return { frames, scriptMsPerStep: (after - before) / steps };
}

/** Milliseconds of processor time that the page's main thread has spent in scripts: not those in which others had it. */
export async function processor(page: Page): Promise<() => Promise<number>> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name }) => name === "ScriptDuration")?.value ?? NaN);
  };
}

export async function within<T>(work: Promise<T>, what: string, ms = patienceMs): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not ${what} within ${ms / 1000} s`)), ms);
  });
  work.catch(() => undefined);
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function boxOf(page: Page, selector: string): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await page.locator(selector).first().boundingBox();
  if (!box) throw new Error(`${selector} is not on the page`);
  return box;
}
