import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { everyPage } from "./pages";

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`${colorScheme} theme`, () => {
    test.use({ colorScheme });

    test("no page has an accessibility violation", async ({ page, request }) => {
      test.setTimeout(300_000);
      for (const { name, path } of await everyPage(request)) {
        await page.goto(path);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        // What arrives last is waited for, since the rules hold for it too.
        if (name === "experiments-new") await expect(page.getByRole("table", { name: /What is known/ })).toBeVisible();
        if (name === "experiments-one") await expect(page.getByTestId("scatter").locator("canvas").first()).toBeVisible();
        const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
        expect.soft(violations.map(({ id, nodes }) => ({ id, targets: nodes.map((node) => node.target) })), path).toEqual([]);
      }
    });
  });
}

for (const width of [360, 1280, 3840]) {
  test(`no page scrolls sideways at ${width} px`, async ({ page, request }) => {
    await page.setViewportSize({ width, height: 800 });
    for (const { path } of await everyPage(request)) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      expect.soft(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), path).toBeLessThanOrEqual(0);
    }
  });
}
