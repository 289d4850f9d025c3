import { expect, test, type Page } from "@playwright/test";
import type { Client } from "pg";
import { hostileMarkup } from "../lib/testing/hostile-texts";
import { openDatabase } from "./database";
import { makeHostileLab, type HostileLab } from "./hostile-lab";
import { listExperiments } from "./lab";
import { everyPage } from "./pages";

let database: Client;
let lab: HostileLab;

test.beforeAll(async ({ request }) => {
  const source = (await listExperiments(request)).find(({ frontSize }) => frontSize > 0);
  test.skip(!source, "no experiment in this lab has a point");
  database = await openDatabase();
  lab = await makeHostileLab(database, request, source?.id as string);
});

test.afterAll(async () => {
  await lab?.remove();
  await database?.end();
});

/** What of the texts came to life in the page: it ran, it asked, or it became an element or an attribute of its own. */
async function alive(page: Page): Promise<string[]> {
  return page.evaluate(() => [
    ...("hit" in window ? ["a script ran"] : []),
    ...[...document.querySelectorAll("*")].flatMap((element) => {
      const own = [...element.attributes].filter(({ name, value }) => /^on|^srcdoc$/i.test(name) || /^\s*javascript:/i.test(value));
      const foreign = element.matches("iframe, object, embed, math, mtext, img[src='x'], details[ontoggle]") || (element instanceof HTMLScriptElement && !element.src && element.type !== "application/json" && !element.nonce);
      return own.length > 0 || foreign ? [element.outerHTML.slice(0, 200)] : [];
    }),
  ]);
}

/** Opens a page and all that is folded on it; whether it shows any of the texts. */
async function visit(page: Page, path: string): Promise<boolean> {
  const dialogs: string[] = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(path);
  await page.waitForLoadState("networkidle").catch(() => undefined);
  await page.evaluate(() => document.querySelectorAll("details").forEach((each) => (each.open = true)));
  expect.soft(await alive(page), path).toEqual([]);
  expect.soft(dialogs, path).toEqual([]);
  return page.evaluate(() => document.body.innerText.includes("parent.hit=1"));
}

test("what comes to life is seen", async ({ page }) => {
  for (const text of hostileMarkup.slice(0, 10)) {
    await page.setContent(`<p>${text}</p>`);
    expect(await alive(page), text).not.toEqual([]);
  }
});

test("whatever names, notes, answers and errors hold, every page shows it as text", async ({ page, request }) => {
  test.setTimeout(300_000);
  await page.addInitScript((texts) => {
    if (location.pathname === "/experiments") localStorage.setItem("pareto:views:experiments", JSON.stringify(texts.map((name) => ({ name, href: "/experiments" }))));
  }, hostileMarkup as string[]);
  const experiment = `/experiments/${lab.id}`;
  const selected = [0, 1, 2, 3].join(",");
  const others = (await listExperiments(request)).slice(0, 3).map(({ id }) => id);
  const pages = [
    ...(await everyPage(request)).map(({ path }) => path),
    ...["parallel", "scatter", "matrix", "progress"].map((tab) => `${experiment}?tab=${tab}&colour=method&sel=${selected}`),
    `/workspace?kind=knowledge&name=${encodeURIComponent(lab.note)}`,
    `/experiments?q=${encodeURIComponent(hostileMarkup[2] as string)}`,
    `/compare?ids=${others.join(",")}&all=1`,
  ];
  const showing = [];
  for (const path of pages) if (await visit(page, path)) showing.push(path);
  expect(showing).toEqual(expect.arrayContaining(["/experiments", experiment, `${experiment}/report`, "/memory", "/settings/audit", pages.at(-3), pages.at(-1)]));
});

test("what a model answers and why it failed are text", async ({ page }) => {
  let asked = 0;
  // The pocket model cannot be made to answer so; this is what the lab's API would pass on from one that does.
  await page.route("**/answers", (route) => {
    const text = hostileMarkup.join("\n");
    asked++;
    return route.fulfill({ json: asked % 2 ? { key: "k".repeat(64), state: "done", text, tokens: 64, ended: false } : { key: "k".repeat(64), state: "failed", message: text, remedy: text } });
  });
  await visit(page, `/experiments/${lab.id}?sel=0,1`);
  await page.getByLabel("Answers to one prompt").getByRole("textbox").fill("Once");
  await page.getByRole("button", { name: "Generate" }).click();
  await expect(page.getByText("64 tokens")).toBeVisible();
  expect(await alive(page)).toEqual([]);
  expect(asked).toBe(2);
});

test("a shared page, a shared comparison and their embeds show it as text too", async ({ request, browser, baseURL }) => {
  test.setTimeout(120_000);
  const [one, other] = await listExperiments(request);
  for (const experiments of [[lab.id], [one?.id, other?.id]]) {
    for (const frozen of [true, false]) {
      const reply = await request.post("/api/v1/shares", { data: { experiments, title: hostileMarkup[2], frozen, embeddable: true } });
      const { url } = (await reply.json()) as { url: string };
      const stranger = await browser.newContext({ baseURL, storageState: { cookies: [], origins: [] } });
      const page = await stranger.newPage();
      expect(await visit(page, url)).toBe(true);
      expect(await visit(page, `${url}?embed=1`)).toBe(true);
      await stranger.close();
    }
  }
});
