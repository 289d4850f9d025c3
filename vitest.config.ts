import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)) } },
  test: {
    include: ["lib/**/*.test.ts", "components/**/*.test.ts", "inngest/**/*.test.ts", "scripts/**/*.test.ts", "app/**/*.test.ts"],
    globalSetup: ["./lib/db/vitest-global-setup.ts"],
    // Two cores: more workers than that only make the database tests wait for each other.
    maxWorkers: 2,
    testTimeout: 30_000,
    // Most hooks make a database; on a busy machine that takes longer than the ten seconds that are standard.
    hookTimeout: 30_000,
  },
});
