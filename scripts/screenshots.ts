import { resolve } from "node:path";
import { findChromium } from "./lib/chromium";
import { connectApp } from "./lib/connect";
import { runMain } from "./lib/errors";
import { dataFolder, root } from "./lib/settings";
import { runCommand } from "./lib/stage";

/** `npm run screenshots [-- FOLDER]`: pictures of every page of the lab as it runs now, for the eye; not a check. */
await runMain(async () => {
  const folder = resolve(process.env.INIT_CWD ?? root, process.argv[2] ?? "screenshots");
  const { url } = await connectApp();
  const environment = { PARETO_E2E_URL: url, PARETO_DATA: dataFolder(), PARETO_SCREENSHOTS: folder, PARETO_CHROMIUM: await findChromium(console.log) };
  const { code, output } = await runCommand(process.execPath, [`${root}/node_modules/@playwright/test/cli.js`, "test", "screenshots"], { env: { ...process.env, ...environment } });
  console.log(code === 0 ? `✓ The pictures are in ${folder}` : output);
  return code;
});
