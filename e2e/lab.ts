import { expect, type APIRequestContext, type Locator, type Page } from "@playwright/test";

/** What the tests need of the lab beyond its pages: reading it back through its public API. */

export interface Summary {
  id: string;
  name: string;
  status: string;
  frontSize: number;
}

export interface View extends Summary {
  lastSeq: number;
  solutions: { number: number }[];
  episodes: { number: number; status: string }[];
}

export async function listExperiments(request: APIRequestContext): Promise<Summary[]> {
  const reply = await request.get("/api/v1/experiments?limit=50");
  expect(reply.ok()).toBe(true);
  return ((await reply.json()) as { items: Summary[] }).items;
}

export async function readExperiment(request: APIRequestContext, id: string): Promise<View> {
  const reply = await request.get(`/api/v1/experiments/${id}`);
  expect(reply.ok()).toBe(true);
  return (await reply.json()) as View;
}

export interface Largest {
  id: string;
  numbers: number[];
}

/** Of the newest experiments the one with most points, for tests of what two or more of them show; null without. */
export async function largestExperiment(request: APIRequestContext): Promise<Largest | null> {
  const views = await Promise.all((await listExperiments(request)).slice(0, 5).map((experiment) => readExperiment(request, experiment.id)));
  const largest = views.sort((a, b) => b.solutions.length - a.solutions.length)[0];
  return largest && largest.solutions.length >= 2 ? { id: largest.id, numbers: largest.solutions.map(({ number }) => number) } : null;
}

/** A solution's row of the table. */
export const row = (page: Page, number: number): Locator => page.locator(`tr[data-number="${number}"]`);

/** Benchmarks that can run here, by name. */
export async function availableBenchmarks(request: APIRequestContext): Promise<string[]> {
  const reply = await request.get("/api/v1/benchmarks");
  expect(reply.ok()).toBe(true);
  const list = (await reply.json()) as { name: string; availability: { available: boolean } }[];
  return list.filter((benchmark) => benchmark.availability.available).map((benchmark) => benchmark.name);
}

/** Fills the launch form and starts; returns the new experiment's id once its page is open. */
export async function launchThroughForm(page: Page, options: { benchmark: string; episodes: number; items: number }): Promise<string> {
  await page.goto(`/experiments/new?model=pocket&benchmarks=${options.benchmark}&episodes=${options.episodes}&items=${options.items}`);
  await expect(page.getByLabel("Model", { exact: true })).toHaveValue("pocket");
  await page.getByRole("button", { name: "Start experiment" }).click();
  await page.waitForURL(/\/experiments\/[0-9a-f]{8}-/, { timeout: 90_000 });
  return new URL(page.url()).pathname.split("/").at(-1) as string;
}

/** Everything the browser complains about; a page that works is silent. */
export function watchConsole(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return complaints;
}
