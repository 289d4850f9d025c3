import { randomUUID } from "node:crypto";
import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { copyRow, openDatabase } from "./database";
import { listExperiments } from "./lab";
import { everyPage } from "./pages";

/** What the browser says about the content security policy while the lab is used: nothing, when pages keep to it. */
async function violations(page: Page): Promise<string[]> {
  const found: string[] = [];
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) found.push(message.text());
  });
  page.on("request", (request) => {
    if (/^https?:/.test(request.url()) && new URL(request.url()).host !== new URL(page.url() === "about:blank" ? request.url() : page.url()).host) found.push(`third party: ${request.url()}`);
  });
  return found;
}

test("every page keeps to a policy without eval, inline scripts and third parties", async ({ page, request }) => {
  const found = await violations(page);
  for (const path of ["/nowhere", ...(await everyPage(request)).map(({ path }) => path)]) {
    const reply = await page.goto(path);
    const policy = reply?.headers()["content-security-policy"] ?? "";
    const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? "";
    expect(scripts, path).toMatch(/^'self' 'nonce-[\w+/=]+' 'strict-dynamic'$/);
    expect(policy, path).toContain("frame-ancestors 'none'");
    expect(policy.replaceAll(/'[^']*'|data:|blob:/g, ""), path).not.toMatch(/https?:|\*/);
    await page.waitForLoadState("load");
    expect(await page.evaluate(() => [...document.scripts].filter((script) => !script.src && script.type !== "application/json" && !script.nonce).length), path).toBe(0);
  }
  expect(found).toEqual([]);
});

async function open(context: BrowserContext, url: string): Promise<{ page: Page; status: number }> {
  const page = await context.newPage();
  const reply = await page.goto(url);
  return { page, status: reply?.status() ?? 0 };
}

test("a shared link opens for a stranger, shows no way to change anything, and ends at once", async ({ page, request, browser, baseURL }) => {
  const experiment = (await listExperiments(request)).find(({ frontSize }) => frontSize > 0);
  test.skip(!experiment, "no experiment in this lab has a point");
  await page.goto(`/experiments/${experiment?.id}?x=model_size_gb`);
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await page.getByRole("button", { name: "Make a link" }).click();
  const url = (await page.getByTestId("share-url").textContent()) as string;
  expect(url).toMatch(/\/share\/[\w-]{43}$/);

  const stranger = await browser.newContext({ baseURL, storageState: { cookies: [], origins: [] } });
  const { page: shared, status } = await open(stranger, url);
  expect(status).toBe(200);
  await expect(shared).toHaveURL(/\/share\/[0-9a-f-]{36}\?/);
  await expect(shared.getByTestId("experiment")).toBeVisible();
  for (const name of ["Share", "Stop", "JSON"]) await expect(shared.getByRole("button", { name, exact: true }).or(shared.getByRole("link", { name, exact: true }))).toHaveCount(0);
  const headers = (await shared.reload())?.headers() ?? {};
  expect(headers["referrer-policy"]).toBe("no-referrer");
  expect(headers["x-robots-tag"]).toContain("noindex");
  expect(headers["cache-control"]).toContain("no-store");
  const elsewhere = await stranger.request.get(`/api/v1/experiments/${experiment?.id}`);
  expect(elsewhere.status()).toBe(401);

  // Its solutions and episodes have the lab's own pages, without what tells where things lie.
  const link = new URL(shared.url()).pathname;
  for (const [path, heading] of [["solutions/0", "Solution 0"], ["episodes/0", "Episode 0"]] as const) {
    await shared.goto(`${link}/${path}?of=${experiment?.id}`);
    await expect(shared.getByRole("heading", { level: 1 })).toContainText(heading);
    for (const name of ["Log", "Language model"]) await expect(shared.getByRole("region", { name, exact: true })).toHaveCount(0);
    await expect(shared.getByRole("link", { name: "Model card" })).toHaveCount(0);
  }
  await shared.getByRole("link", { name: experiment?.name }).click();
  await expect(shared.getByTestId("experiment")).toBeVisible();
  for (const name of ["Logs", "Files", "Plan"]) await expect(shared.getByRole("tab", { name: new RegExp(`^${name}`) })).toHaveCount(0);
  expect((await stranger.request.get(`${link}/experiments/${experiment?.id}/solutions/9999999`)).status()).toBe(404);

  // The newest comes first; others may have made links too.
  const links = page.getByRole("button", { name: "Revoke" });
  const before = await links.count();
  await links.first().click();
  await expect(links).toHaveCount(before - 1);
  const after = await shared.reload();
  const unknown = await open(stranger, `/share/${"A".repeat(43)}`);
  expect([after?.status(), unknown.status, (await open(stranger, url)).status]).toEqual([404, 404, 404]);
  for (const each of [shared, unknown.page]) await expect(each.getByRole("heading", { name: "This link leads nowhere" })).toBeVisible();
  await stranger.close();
});

test("a comparison is shared as one page, opens in the view it was shared in, and stands in a frame without chrome", async ({ page, request, browser, baseURL }) => {
  const two = (await listExperiments(request)).slice(0, 2);
  test.skip(two.length < 2, "this lab has no two experiments");
  await page.goto(`/compare?ids=${two.map(({ id }) => id).join(",")}&x=model_size_gb`);
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await page.getByLabel("other sites may embed it").check();
  await page.getByRole("button", { name: "Make a link" }).click();
  const url = (await page.getByTestId("share-url").textContent()) as string;

  const stranger = await browser.newContext({ baseURL, storageState: { cookies: [], origins: [] } });
  const { page: shared } = await open(stranger, url);
  await expect(shared).toHaveURL(/\/share\/[0-9a-f-]{36}\?x=model_size_gb$/);
  await expect(shared.getByRole("heading", { name: "Fronts" })).toBeVisible();
  await expect(shared.getByRole("combobox", { name: "Across" })).toHaveValue("model_size_gb");
  await expect(shared.getByRole("button", { name: "Share", exact: true })).toHaveCount(0);
  await shared.getByRole("link", { name: two[1]?.name }).first().click();
  await expect(shared.getByTestId("experiment")).toBeVisible();
  await shared.getByRole("link", { name: "Back to the comparison" }).click();
  await expect(shared.getByRole("heading", { name: "Fronts" })).toBeVisible();

  const framed = await shared.goto(`${url}?embed=1`);
  expect(framed?.headers()["content-security-policy"]).toMatch(/frame-ancestors http: https:$/);
  expect(framed?.headers()["content-security-policy"]).not.toContain("unsafe-eval");
  await expect(shared.getByRole("banner")).toHaveCount(0);
  await expect(shared.getByRole("heading", { name: "Fronts" })).toBeVisible();
  await stranger.close();
});

test("a live comparison follows what runs, and ends with its link", async ({ request, browser, baseURL }) => {
  const source = (await listExperiments(request)).find(({ frontSize }) => frontSize > 0);
  test.skip(!source, "no experiment in this lab has a point");
  const database = await openDatabase();
  const stranger = await browser.newContext({ baseURL, storageState: { cookies: [], origins: [] } });
  const id = randomUUID();
  try {
    await copyRow(database, "Experiment", source?.id as string, { id, name: "running_copy", status: "running", endedAt: null });
    const { id: share, url } = (await (await request.post("/api/v1/shares", { data: { experiments: [source?.id, id] } })).json()) as { id: string; url: string };
    const { page } = await open(stranger, url);
    await expect(page.getByRole("link", { name: "running_copy" })).toBeVisible();
    await database.query('UPDATE "Experiment" SET name = $2 WHERE id = $1', [id, "running_copy_renamed"]);
    await expect(page.getByRole("link", { name: "running_copy_renamed" })).toBeVisible({ timeout: 30_000 });
    await request.delete(`/api/v1/shares/${share}`);
    await expect(page.getByRole("heading", { name: "This link leads nowhere" })).toBeVisible({ timeout: 30_000 });
  } finally {
    await database.query('DELETE FROM "Experiment" WHERE id = $1', [id]);
    await database.end();
    await stranger.close();
  }
});
