import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { startLink } from "../lib/access/tokens";

const { accessKey } = JSON.parse(readFileSync(join(process.env.PARETO_DATA ?? "data", "secrets.json"), "utf8")) as { accessKey: string };

test.describe("a stranger", () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test("is sent to sign in, and gets no data", async ({ page, request }) => {
    await page.goto("/experiments");
    await expect(page).toHaveURL(/\/sign-in$/);
    await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
    const reply = await request.get("/api/v1/experiments");
    expect(reply.status()).toBe(401);
    expect(Object.keys((await (await request.get("/api/health")).json()) as object)).toEqual(["status"]);
  });

  test("signs in once by the link of the terminal", async ({ page, baseURL, context }) => {
    const link = startLink(baseURL as string, accessKey, "/experiments/new");
    await page.goto(link);
    await expect(page).toHaveURL(/\/experiments\/new$/);
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/" });
    await context.clearCookies();
    await page.goto(link);
    await expect(page.getByText("That link was used before")).toBeVisible();
  });
});
