import { expect, test, type Page } from "@playwright/test";
import { largestExperiment, row, watchConsole, type Largest } from "./lab";

/** The linked views on an experiment that is there already: run after the tests that make one. */

let id: string;
let numbers: number[];

test.beforeAll(async ({ request }) => {
  const largest = await largestExperiment(request);
  test.skip(!largest, "no experiment in this lab has two points");
  ({ id, numbers } = largest as Largest);
});

/** The middle of an axis' brush strip, and how high it is. */
async function strip(page: Page, key: string) {
  const brush = page.locator(`[data-brush="${key}"]`);
  await brush.scrollIntoViewIfNeeded();
  const box = await brush.boundingBox();
  if (!box) throw new Error(`there is no axis ${key}`);
  return { x: box.x + box.width / 2, top: box.y, height: box.height };
}

test("brushing an axis filters every view and goes to the address; the link brings it back", async ({ page }) => {
  const complaints = watchConsole(page);
  await page.goto(`/experiments/${id}?tab=parallel`);
  await expect(page.getByTestId("parallel")).toBeVisible();
  const { x, top, height } = await strip(page, "accuracy");
  await page.mouse.move(x, top + height * 0.02);
  await page.mouse.down();
  await page.mouse.move(x, top + height * 0.3, { steps: 5 });
  await page.mouse.up();
  await expect(page).toHaveURL(/f=acc:/);
  const counted = await page.getByTestId("shown-count").textContent();
  expect(counted).toMatch(new RegExp(`^\\d+ of ${numbers.length} shown$`));
  const shown = Number(counted?.split(" ")[0]);
  await expect(page.locator("tr[data-number]")).toHaveCount(shown);
  const address = page.url();
  await page.goto("/experiments");
  await page.goto(address);
  await expect(page.getByTestId("shown-count")).toHaveText(counted as string);
  await expect(page.getByRole("tab", { name: "Parallel" })).toHaveAttribute("aria-selected", "true");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page.locator("tr[data-number]")).toHaveCount(numbers.length);
  expect(complaints).toEqual([]);
});

test("a range is drawn by keys alone, said in words, and cleared", async ({ page }) => {
  await page.goto(`/experiments/${id}?tab=parallel`);
  const most = page.getByRole("slider", { name: "Most Accuracy" });
  await expect(most).toHaveAttribute("aria-valuetext", "no limit");
  for (let times = 0; times < 3; times++) await most.press("Shift+ArrowDown");
  await expect(page).toHaveURL(/f=acc:\.\.0\.\d+/);
  await expect(most).toHaveAttribute("aria-valuetext", /^0\.\d+/);
  await expect(most).toHaveAttribute("aria-valuenow", "70");
  const counted = await page.getByTestId("shown-count").textContent();
  expect(Number(counted?.split(" ")[0])).toBeLessThan(numbers.length);
  await page.getByRole("slider", { name: "Least Accuracy" }).press("Delete");
  await expect(most).toHaveAttribute("aria-valuetext", "no limit");
  await expect(page.getByTestId("shown-count")).toHaveText(`${numbers.length} of ${numbers.length} shown`);
});

test("axes move by keys and turn round; hovering a row lights up in the chart; a selection is seen in every view", async ({ page }) => {
  await page.goto(`/experiments/${id}?tab=parallel`);
  await page.getByRole("button", { name: /^Accuracy axis/ }).press("ArrowRight");
  await expect(page).toHaveURL(/axes=lat,acc/);
  await page.getByRole("button", { name: /Turn round/ }).first().click();
  await expect(page).toHaveURL(/flip=lat/);
  const first = numbers[0] as number;
  await row(page, first).getByRole("checkbox").check();
  await expect(page).toHaveURL(new RegExp(`sel=${first}`));
  for (const tab of ["Scatter", "Matrix", "Progress"]) {
    await page.getByRole("tab", { name: tab }).click();
    await expect(page.getByRole("tabpanel").locator("canvas").first()).toBeVisible();
    await expect(row(page, first).getByRole("checkbox")).toBeChecked();
  }
  await page.getByRole("tab", { name: "Scatter" }).click();
  await row(page, first).hover();
  await expect(page.getByTestId("tooltip")).toContainText(`#${first}`);
});

test("weights and limits move the chosen point; two selected are compared", async ({ page }) => {
  await page.goto(`/experiments/${id}`);
  const choice = page.getByTestId("choice");
  await expect(choice).toHaveAttribute("data-number", /\d+/);
  // The sliders are there before the page listens to them.
  await expect(async () => {
    await page.getByRole("slider", { name: "Weight of Accuracy" }).fill("10");
    await expect(page).toHaveURL(/w=10,/, { timeout: 1_000 });
  }).toPass();
  for (const name of ["Latency", "Memory", "Size", "CO2"]) await page.getByRole("slider", { name: `Weight of ${name}` }).fill("0");
  await expect(page).toHaveURL(/w=10,0,0,0,0/);
  await expect(choice).toContainText(/with accuracy counted most|the only point of the front/);
  await page.getByRole("slider", { name: "Limit of Size" }).fill("0");
  await expect(page).toHaveURL(/f=size:\.\./);
  await page.getByRole("button", { name: "Any", exact: true }).click();
  for (const number of numbers.slice(0, 2)) await row(page, number).getByRole("checkbox").check();
  await expect(page.getByRole("region", { name: "Comparison", exact: true })).toBeVisible();
  await expect(page.getByRole("region", { name: "Comparison", exact: true }).getByRole("row")).not.toHaveCount(0);
});

test("without an MLflow server the export menu says how to have one", async ({ page }) => {
  await page.goto(`/experiments/${id}`);
  await page.getByRole("button", { name: "Export" }).click();
  await expect(page.getByText("No MLflow server is set. Set MLFLOW_TRACKING_URI")).toBeVisible();
  await expect(page.getByRole("menuitem", { name: "Log to MLflow" })).toBeDisabled();
});
