import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "@playwright/test";
import { listExperiments } from "./lab";
import { everyPage } from "./pages";

/** Pictures of every page for the eye (`npm run screenshots`); not a check, so it is left out unless a folder is named. */
const folder = process.env.PARETO_SCREENSHOTS;

const sizes = [
  { name: "laptop", width: 1280, height: 800 },
  { name: "phone", width: 360, height: 740 },
  { name: "wide", width: 2560, height: 1440 },
];

test("pictures of every page, size and theme", async ({ browser, request }) => {
  test.setTimeout(600_000);
  const target = folder ?? "screenshots";
  await mkdir(target, { recursive: true });
  const [running] = (await listExperiments(request)).filter(({ status }) => status === "running");
  const pages = [
    ...(await everyPage(request)),
    { name: "not-found", path: "/experiments/nothing-here" },
    ...(running ? [{ name: "experiment-running", path: `/experiments/${running.id}` }] : []),
  ];
  for (const size of sizes) {
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await browser.newContext({ viewport: { width: size.width, height: size.height }, colorScheme });
      const page = await context.newPage();
      for (const { name, path } of pages) {
        await page.goto(path);
        // Live pages never fall silent, so the wait is for what takes longest to appear: the chart or the model's facts.
        await page.waitForTimeout(2500);
        await page.screenshot({ path: join(target, `${name}-${size.name}-${colorScheme}.png`), fullPage: true });
      }
      await context.close();
    }
  }
});
