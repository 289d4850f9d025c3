import { expect, test, type Page } from "@playwright/test";
import { largestExperiment, row, watchConsole, type Largest } from "./lab";

/** The parts of an experiment's page, and the pages of one solution and one episode, on an experiment that is there already. */

let id: string;
let numbers: number[];

test.beforeAll(async ({ request }) => {
  const largest = await largestExperiment(request);
  test.skip(!largest, "no experiment in this lab has two points");
  ({ id, numbers } = largest as Largest);
});
const part = (page: Page, name: RegExp) => page.getByRole("tablist", { name: "Parts of the experiment" }).getByRole("tab", { name });

test("the parts of an experiment are in the address, by keys too, and each keeps its state", async ({ page }) => {
  const complaints = watchConsole(page);
  await page.goto(`/experiments/${id}?tab=matrix&sel=${numbers[1]}`);
  await part(page, /^Overview/).press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/section=solutions/);
  await expect(row(page, numbers[1] as number).getByRole("checkbox")).toBeChecked();
  await part(page, /^Logs/).click();
  await page.getByLabel("Whose log").selectOption(String(numbers[1]));
  await expect(page.getByRole("log")).toContainText("succeeded");
  const all = await page.getByTestId("log-count").textContent();
  await page.getByLabel("Find in the log").fill("succeeded");
  await expect(page).toHaveURL(/find=succeeded/);
  await expect(page.getByTestId("log-count")).not.toHaveText(all as string);
  const address = page.url();
  await page.goto("/experiments");
  await page.goto(address);
  await expect(page.getByLabel("Find in the log")).toHaveValue("succeeded");
  await expect(page.getByRole("log")).toContainText("succeeded");
  await page.getByLabel("Whose log").selectOption("lab");
  await page.getByLabel("Find in the log").fill("");
  await expect(page.getByRole("log")).toContainText("Created");
  await part(page, /^Overview/).click();
  await expect(page.getByRole("tab", { name: "Matrix" })).toHaveAttribute("aria-selected", "true");
  await part(page, /^Plan/).click();
  await expect(page.getByRole("heading", { name: "Plan", exact: true })).toBeVisible();
  await part(page, /^Settings/).click();
  await page.getByRole("link", { name: "Launch again with these" }).click();
  await expect(page.getByLabel("Model", { exact: true })).not.toHaveValue("");
  await expect(page).toHaveURL(new RegExp(`from=${id}`));
  expect(complaints).toEqual([]);
});

test("every file of an experiment can be saved, and its bytes are those of its checksum", async ({ page, request }) => {
  await page.goto(`/experiments/${id}?section=files`);
  const results = page.getByRole("table", { name: "Result files" });
  await expect(results.getByRole("link", { name: "pareto_frontier.json" })).toBeVisible();
  await page.getByRole("button", { name: /^Show the files of/ }).first().click();
  const artifact = page.getByRole("table", { name: /^Files of artifact/ });
  const weights = artifact.getByRole("link", { name: /onnx|safetensors|bin|gguf/ }).first();
  const href = (await weights.getAttribute("href")) as string;
  const sha256 = await artifact.getByRole("row").filter({ has: page.locator(`a[href="${href}"]`) }).locator("code[title]").getAttribute("title");
  const reply = await request.get(href);
  expect(reply.headers()["content-disposition"]).toContain("attachment");
  const digest = Buffer.from(await crypto.subtle.digest("SHA-256", Uint8Array.from(await reply.body()))).toString("hex");
  expect(digest).toBe(sha256);
});

test("a solution has a page: figures against the baseline, recipe, artifact, commands, log, neighbours", async ({ page }) => {
  const complaints = watchConsole(page);
  const number = numbers.at(-1) as number;
  await page.goto(`/experiments/${id}?section=solutions`);
  await row(page, number).getByRole("link").click();
  await expect(page).toHaveURL(new RegExp(`/experiments/${id}/solutions/${number}$`));
  await expect(page.getByRole("heading", { level: 1 })).toContainText(`Solution ${number}`);
  const figures = page.getByRole("region", { name: "Five figures" }).getByRole("table");
  await expect(figures.getByRole("row")).toHaveCount(6);
  await expect(figures.getByRole("columnheader", { name: "Uncompressed", exact: true })).toBeVisible();
  await expect(page.getByLabel("The measurement", { exact: true })).toContainText("npm run lab -- run --model");
  await expect(page.getByRole("list", { name: "Runtimes in which it was loaded" })).toContainText("✓ loads");
  await expect(page.getByRole("table", { name: /^Files of artifact/ })).toBeVisible();
  await expect(page.getByRole("log")).toContainText("succeeded");
  await page.getByRole("link", { name: "How it was decided" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(`Episode ${number}`);
  expect(complaints).toEqual([]);
});

test("an episode has a page, and both are found by command and lead back", async ({ page }) => {
  await page.goto(`/experiments/${id}?section=episodes`);
  await page.locator(`[data-episode="${numbers[1]}"]`).getByRole("link").first().click();
  await expect(page.getByTestId("episode")).toHaveAttribute("data-status", "done");
  await expect(page.getByRole("region", { name: "Decision" })).not.toBeEmpty();
  await expect(page.getByRole("region", { name: "Course" })).toContainText("Measuring");
  await page.getByRole("link", { name: "Previous episode, 0" }).or(page.getByRole("link", { name: /^Previous episode/ })).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(`Episode ${(numbers[1] as number) - 1}`);
  await page.keyboard.press("Control+k");
  await page.getByLabel("Search pages, commands and experiments").fill(`Solution ${numbers[1]}`);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/solutions/${numbers[1]}$`));
  await page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link").last().click();
  await expect(page.getByTestId("experiment")).toBeVisible();
  await page.goto(`/experiments/${id}/solutions/9999999`);
  await expect(page.getByRole("heading", { name: "There is no such solution" })).toBeVisible();
});

test("while the web server is away a page says that it is stale, and catches up", async ({ page, context }) => {
  await page.goto(`/experiments/${id}/solutions/${numbers[1]}`);
  await expect(page.getByRole("log")).toBeVisible();
  await context.setOffline(true);
  await expect(page.getByText("stale, reconnecting")).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText("stale, reconnecting")).toHaveCount(0);
});
