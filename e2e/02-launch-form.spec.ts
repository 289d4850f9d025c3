import { expect, test, type Page } from "@playwright/test";
import { availableBenchmarks, listExperiments } from "./lab";

const start = (page: Page) => page.getByRole("button", { name: "Start experiment" });

test("an address fills the form", async ({ page, request }) => {
  const [first] = await availableBenchmarks(request);
  await page.goto(`/experiments/new?model=pocket&benchmarks=${first}&episodes=4&hours=0.5&items=20&seed=7`);
  await expect(page.getByLabel("Model", { exact: true })).toHaveValue("pocket");
  await expect(page.getByLabel("Episodes", { exact: true })).toHaveValue("4");
  await expect(page.getByLabel("Hours")).toHaveValue("0.5");
  await expect(page.getByRole("checkbox", { checked: true })).toHaveCount(1);
  await page.getByText("Advanced").click();
  await expect(page.getByLabel("Items per benchmark")).toHaveValue("20");
  await expect(page.getByLabel("Seed")).toHaveValue("7");
});

test("what is known of the model is shown before anything starts", async ({ page }) => {
  await page.goto("/experiments/new");
  const facts = page.getByRole("table", { name: "What is known of pocket" });
  await expect(facts.getByRole("row", { name: /^Family/ })).toContainText("from its files");
  await expect(page.getByText(/methods can run here/)).toBeVisible();
});

test("slips are shown at their fields, the first is focused, and nothing typed is lost", async ({ page, request }) => {
  const before = (await listExperiments(request)).length;
  await page.goto("/experiments/new");
  const episodes = page.getByLabel("Episodes", { exact: true });
  const hours = page.getByLabel("Hours");
  await episodes.fill("0");
  await hours.fill("-1");
  await start(page).click();
  await expect(page.getByText("At least one episode is needed.")).toBeVisible();
  await expect(page.getByText("Hours must be more than zero.")).toBeVisible();
  await expect(episodes).toBeFocused();
  await expect(episodes).toHaveAttribute("aria-invalid", "true");
  await expect(episodes).toHaveValue("0");
  await expect(hours).toHaveValue("-1");
  await episodes.fill("two");
  await hours.fill("1");
  await start(page).click();
  await expect(page.getByText("Episodes must be a whole number.")).toBeVisible();
  expect((await listExperiments(request)).length).toBe(before);
});

test("a slip in a folded field opens it", async ({ page }) => {
  await page.goto("/experiments/new?items=0");
  await start(page).click();
  await expect(page.getByLabel("Items per benchmark")).toBeFocused();
  await expect(page.getByText("At least one item per benchmark.")).toBeVisible();
});

test("no benchmark chosen is a problem of the list", async ({ page }) => {
  await page.goto("/experiments/new");
  await page.getByRole("button", { name: "Choose none" }).click();
  await start(page).click();
  await expect(page.getByText("Choose at least one benchmark.")).toBeVisible();
});

test("an unknown model is refused at its field with what to do", async ({ page, request }) => {
  const before = (await listExperiments(request)).length;
  await page.goto("/experiments/new?model=/no/such/folder&episodes=2");
  await start(page).click();
  const model = page.getByLabel("Model", { exact: true });
  await expect(model).toHaveAttribute("aria-invalid", "true", { timeout: 60_000 });
  await expect(model).toBeFocused();
  await expect(model).toHaveValue("/no/such/folder");
  await expect(page.getByLabel("Episodes", { exact: true })).toHaveValue("2");
  await expect(page.locator("#model-problem")).not.toBeEmpty();
  expect((await listExperiments(request)).length).toBe(before);
});

test("an unknown benchmark in the address is named", async ({ page }) => {
  await page.goto("/experiments/new?benchmarks=made_up");
  await expect(page.getByText('There is no benchmark "made_up" here.')).toBeVisible();
});

test("what recipes may be made of is read from the words, shown, and can be corrected", async ({ page }) => {
  await page.goto("/experiments/new");
  await page.getByLabel("Goal in words").fill("smallest, no pruning, only 4-bit quantisation");
  await page.getByRole("button", { name: "Fill the fields" }).click();
  await expect(page.getByText("Never pruning", { exact: true })).toBeVisible();
  const plan = page.getByRole("region", { name: "What will run" });
  await expect(plan.getByText("Only 4-bit.")).toBeVisible();
  await page.getByRole("button", { name: "Release pruning" }).click();
  await page.getByLabel("Methods", { exact: true }).selectOption("training");
  await page.getByRole("button", { name: "Forbid" }).click();
  await expect(plan.getByText("Never training.")).toBeVisible();
});
