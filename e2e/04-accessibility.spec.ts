import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { listExperiments } from "./lab";

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Pages that need no experiment of their own. */
const plainPages = ["/compare", "/analysis", "/catalogue", "/memory", "/workspace", "/settings"];

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`${colorScheme} theme`, () => {
    test.use({ colorScheme });

    for (const name of ["list", "new", "experiment"] as const) {
      test(`${name} has no accessibility violation`, async ({ page, request }) => {
        const newest = (await listExperiments(request)).find((experiment) => experiment.frontSize > 0);
        test.skip(name === "experiment" && !newest, "no experiment in this lab has a point");
        await page.goto({ list: "/experiments", new: "/experiments/new", experiment: `/experiments/${newest?.id}` }[name]);
        if (name === "new") await expect(page.getByRole("table", { name: /What is known/ })).toBeVisible();
        if (name === "experiment") await expect(page.getByTestId("scatter").locator("canvas").first()).toBeVisible();
        const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
        expect(violations.map(({ id, nodes }) => ({ id, targets: nodes.map((node) => node.target) }))).toEqual([]);
      });
    }

    for (const path of plainPages) {
      test(`${path} has no accessibility violation`, async ({ page }) => {
        await page.goto(path);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
        expect(violations.map(({ id, nodes }) => ({ id, targets: nodes.map((node) => node.target) }))).toEqual([]);
      });
    }
  });
}

for (const width of [360, 1280, 3840]) {
  test(`no page scrolls sideways at ${width} px`, async ({ page, request }) => {
    await page.setViewportSize({ width, height: 800 });
    const [newest] = await listExperiments(request);
    for (const path of ["/experiments", "/experiments/new", ...plainPages, ...(newest ? [`/experiments/${newest.id}`] : [])]) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), path).toBeLessThanOrEqual(0);
    }
  });
}
