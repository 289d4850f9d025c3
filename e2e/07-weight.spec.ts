import { gzipSync } from "node:zlib";
import { expect, test } from "@playwright/test";
import { listExperiments } from "./lab";

/** What a page brings of scripts before anybody touches it: a slow line should not keep people waiting. */

const mostKilobytes = 350;

test("no page's first load brings more than 350 kB of scripts", async ({ page, request }) => {
  test.setTimeout(180_000);
  const [experiment] = await listExperiments(request);
  const own = experiment ? [`/experiments/${experiment.id}`, `/experiments/${experiment.id}?tab=parallel`, `/experiments/${experiment.id}/report`, `/compare?ids=${experiment.id}`] : [];
  await page.goto("/experiments");
  const listed = await page.locator("nav a[href^='/']").evaluateAll((links) => links.map((link) => link.getAttribute("href") as string));
  expect(listed.length).toBeGreaterThan(5);
  const weights: Record<string, number> = {};
  for (const path of new Set([...listed, ...own, "/settings/people", "/settings/audit"])) {
    const scripts: Promise<Buffer>[] = [];
    const collect = (response: { request: () => { resourceType: () => string }; body: () => Promise<Buffer> }): void => {
      if (response.request().resourceType() === "script") scripts.push(response.body());
    };
    page.on("response", collect);
    await page.goto(path, { waitUntil: "load" });
    // Charts are loaded once the page runs.
    await page.waitForTimeout(1_000);
    page.off("response", collect);
    weights[path] = Math.round((await Promise.all(scripts)).reduce((sum, body) => sum + gzipSync(body).length, 0) / 1000);
  }
  expect(Object.entries(weights).filter(([, kilobytes]) => kilobytes > mostKilobytes || kilobytes === 0)).toEqual([]);
});
