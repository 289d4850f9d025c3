import { expect, test, type Page } from "@playwright/test";
import { availableBenchmarks, launchThroughForm, readExperiment, watchConsole } from "./lab";

/** Real runs of the pocket model. On a busy small machine one measured point may take a minute. */
const pointMs = 300_000;

const row = (page: Page, number: number) => page.locator(`tr[data-number="${number}"]`);

/** How many solutions the chart says that it draws. */
async function drawn(page: Page): Promise<number> {
  const label = await page.getByTestId("scatter").locator("canvas").first().getAttribute("aria-label");
  return Number(/of (\d+) solutions/.exec(label ?? "")?.[1]);
}

/** The ends of the two axes. */
const domain = (page: Page): Promise<string | null> => page.getByTestId("scatter").getAttribute("data-domain");

async function zoomIn(page: Page): Promise<void> {
  const chart = page.getByTestId("scatter");
  await chart.scrollIntoViewIfNeeded();
  const box = await chart.boundingBox();
  if (!box) throw new Error("the chart is not laid out");
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.3);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.8, box.y + box.height * 0.8, { steps: 5 });
  await page.mouse.up();
}

test("points arrive by themselves; selection and zoom stay; a cut connection goes on where it stopped", async ({ page, context, request }) => {
  test.setTimeout(4 * pointMs);
  const complaints = watchConsole(page);
  const [benchmark] = await availableBenchmarks(request);
  const id = await launchThroughForm(page, { benchmark: benchmark as string, episodes: 2, items: 20 });
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));

  await test.step("the uncompressed model is the first point", async () => {
    await expect(row(page, 0)).toBeVisible({ timeout: pointMs });
    await expect.poll(() => drawn(page)).toBe(1);
  });

  let zoomed: string | null = null;
  await test.step("selection goes to the address", async () => {
    await zoomIn(page);
    await expect(page).toHaveURL(/zoom=/);
    zoomed = await domain(page);
    await row(page, 0).getByRole("checkbox").check();
    await expect(page).toHaveURL(/sel=0/);
  });

  await test.step("the next point arrives without a reload and without a jump", async () => {
    await expect(row(page, 1).or(page.locator('[data-episode="1"]', { hasText: "failed" }))).toBeVisible({ timeout: pointMs });
    await expect(row(page, 0).getByRole("checkbox")).toBeChecked();
    expect(await domain(page)).toBe(zoomed);
    await expect(page).toHaveURL(/sel=0/);
  });

  await test.step("while offline the page says that it is stale; online again it catches up", async () => {
    const streams: string[] = [];
    page.on("request", (sent) => {
      if (sent.url().includes("/events?")) streams.push(sent.url());
    });
    const seen = (await readExperiment(request, id)).lastSeq;
    await context.setOffline(true);
    await expect(page.getByText("stale, reconnecting")).toBeVisible();
    await expect.poll(async () => (await readExperiment(request, id)).status, { timeout: pointMs, intervals: [2_000] }).toBe("done");
    await context.setOffline(false);
    await expect(page.getByTestId("experiment")).toHaveAttribute("data-status", "done");
    await expect(page.getByText("stale, reconnecting")).toHaveCount(0);
    const resumed = Number(new URL(streams.at(-1) as string).searchParams.get("after"));
    expect(resumed).toBeGreaterThan(0);
    expect(resumed).toBeLessThanOrEqual(seen + 1);
  });

  const view = await readExperiment(request, id);
  await expect(page.locator("tr[data-number]")).toHaveCount(view.solutions.length);
  await expect.poll(() => drawn(page)).toBe(view.solutions.length);
  expect(await page.evaluate(() => "sameDocument" in window)).toBe(true);
  // Chromium reports every request that fails while it is told to be offline.
  expect(complaints.filter((text) => !text.includes("ERR_INTERNET_DISCONNECTED"))).toEqual([]);

  await test.step("a link keeps the view", async () => {
    await page.getByRole("combobox", { name: "Across" }).selectOption("model_size_gb");
    await page.getByRole("button", { name: "log across" }).click();
    await page.getByRole("columnheader", { name: /^Accuracy/ }).getByRole("button").click();
    await expect(page).toHaveURL(/sort=acc/);
    const address = page.url();
    expect(address).toContain("x=size");
    await page.goto("/experiments");
    await page.goto(address);
    await expect(page.getByRole("combobox", { name: "Across" })).toHaveValue("model_size_gb");
    await expect(page.getByRole("button", { name: "log across" })).toHaveAttribute("aria-pressed", "true");
    await expect(row(page, 0).getByRole("checkbox")).toBeChecked();
    await expect(page.getByRole("columnheader", { name: /^Accuracy/ })).toHaveAttribute("aria-sort", "descending");
  });

  await test.step("keys walk the rows; Esc clears the selection", async () => {
    await page.keyboard.press("Escape");
    await expect(row(page, 0).getByRole("checkbox")).not.toBeChecked();
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await expect(page.locator("tr[data-number] input:checked")).toHaveCount(1);
  });
});

test("Stop asks first, ends the run and keeps what was measured", async ({ page, request }) => {
  test.setTimeout(3 * pointMs);
  const [benchmark] = await availableBenchmarks(request);
  const id = await launchThroughForm(page, { benchmark: benchmark as string, episodes: 20, items: 20 });
  await expect(row(page, 0)).toBeVisible({ timeout: pointMs });
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByTestId("experiment")).toHaveAttribute("data-status", "running");
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByRole("button", { name: "Stop the experiment" }).click();
  await expect(page.getByTestId("experiment")).toHaveAttribute("data-status", "done", { timeout: pointMs });
  await expect(page.getByText(/^stopped by a person/)).toBeVisible();
  await expect(row(page, 0)).toBeVisible();
  await expect(page.getByRole("button", { name: "Stop", exact: true })).toHaveCount(0);
  await page.goto("/experiments");
  await expect(page.locator(`a[href="/experiments/${id}"]`)).toBeVisible();
});
