import { expect, test } from "@playwright/test";
import { listExperiments, watchConsole } from "./lab";

test("an empty lab offers the demo and one's own model", async ({ page, request }) => {
  test.skip((await listExperiments(request)).length > 0, "this lab has experiments already");
  await page.goto("/");
  await expect(page).toHaveURL(/\/experiments$/);
  await expect(page.getByRole("heading", { name: "Bring your own model" })).toBeVisible();
  await page.getByRole("link", { name: "Run the demo" }).click();
  await expect(page).toHaveURL(/model=pocket/);
  await expect(page.getByLabel("Model", { exact: true })).toHaveValue("pocket");
});

test("the shell works without a complaint in the console", async ({ page }) => {
  const complaints = watchConsole(page);
  await page.goto("/experiments");
  await expect(page.getByRole("heading", { name: "Experiments", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: /^System:/ }).click();
  for (const part of ["Runner", "Engine", "Database"]) await expect(page.getByText(part, { exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "New", exact: true }).first().click();
  await expect(page.getByRole("heading", { name: "New experiment" })).toBeVisible();
  expect(complaints).toEqual([]);
});

test("the theme follows the system until it is set, and stays set", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto("/experiments");
  const root = page.locator("html");
  await expect(root).toHaveClass(/dark/);
  await page.getByRole("button", { name: "Theme: System" }).click();
  await page.getByRole("menuitemradio", { name: "Light" }).click();
  await expect(root).not.toHaveClass(/dark/);
  await page.reload();
  await expect(root).not.toHaveClass(/dark/);
  await page.emulateMedia({ colorScheme: "light" });
  await page.getByRole("button", { name: "Theme: Light" }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await expect(root).toHaveClass(/dark/);
});

test("single keys lead through the lab, and are text in a field", async ({ page }) => {
  await page.goto("/experiments");
  await expect(page.getByRole("button", { name: /^System: (All|Needs)/ })).toBeVisible();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("n");
  await expect(page).toHaveURL(/\/experiments\/new$/);
  const model = page.getByLabel("Model", { exact: true });
  await model.fill("");
  await model.pressSequentially("gen?");
  await expect(model).toHaveValue("gen?");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await model.blur();
  await page.keyboard.press("g");
  await page.keyboard.press("e");
  await expect(page).toHaveURL(/\/experiments$/);
});

test("the navigation can be narrowed and stays so", async ({ page }) => {
  await page.goto("/experiments");
  await page.getByRole("button", { name: "Narrow the navigation" }).click();
  await page.reload();
  await expect(page.getByRole("button", { name: "Widen the navigation" })).toBeVisible();
});

test("what does not exist says so", async ({ page }) => {
  await page.goto("/experiments/00000000-0000-4000-8000-000000000000");
  await expect(page.getByRole("heading", { name: "There is no such experiment" })).toBeVisible();
  await page.goto("/nowhere");
  await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
});

test("foreign hosts and origins are refused", async ({ request }) => {
  const host = await request.get("/api/health", { headers: { host: "evil.example" } });
  expect(host.status()).toBe(403);
  const origin = await request.post("/api/v1/experiments", { headers: { origin: "https://evil.example" }, data: {} });
  expect(origin.status()).toBe(403);
  expect(((await origin.json()) as { error: { code: string } }).error.code).toBe("forbidden");
});
