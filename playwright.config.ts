import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "@playwright/test";
import { makeToken, sessionCookieName, sessionSeconds } from "./lib/access/tokens";

const baseURL = process.env.PARETO_E2E_URL;
if (!baseURL) throw new Error("PARETO_E2E_URL is not set: `npm test` starts the lab and sets it to the lab's address.");

/** The browser is signed in, by a cookie as the lab gives it; how one gets it is a test of its own. */
const { accessKey } = JSON.parse(readFileSync(join(process.env.PARETO_DATA ?? "data", "secrets.json"), "utf8")) as { accessKey: string };
const session = {
  name: sessionCookieName(accessKey),
  value: makeToken(accessKey, "session", sessionSeconds),
  domain: new URL(baseURL).hostname,
  path: "/",
  expires: Math.floor(Date.now() / 1000) + sessionSeconds,
  httpOnly: true,
  secure: false,
  sameSite: "Strict" as const,
};

/** The lab itself is started outside; these tests only need its address and a Chromium. */
export default defineConfig({
  testDir: "e2e",
  testIgnore: process.env.PARETO_SCREENSHOTS ? [] : ["**/screenshots.spec.ts"],
  outputDir: "test-results",
  // One experiment runs at a time on a small machine, and the tests wait for its points.
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"], ["json", { outputFile: "test-results/e2e.json" }]],
  use: {
    baseURL,
    storageState: { cookies: [session], origins: [] },
    viewport: { width: 1280, height: 800 },
    actionTimeout: 15_000,
    trace: "retain-on-failure",
    launchOptions: {
      ...(process.env.PARETO_CHROMIUM ? { executablePath: process.env.PARETO_CHROMIUM } : {}),
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
