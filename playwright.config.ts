import { defineConfig } from "@playwright/test";

const baseURL = process.env.PARETO_E2E_URL;
if (!baseURL) throw new Error("PARETO_E2E_URL is not set: `npm test` starts the lab and sets it to the lab's address.");

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
