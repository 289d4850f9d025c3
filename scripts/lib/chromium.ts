import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";
import { UserError } from "./errors";
import { runCommand } from "./stage";
import { root } from "./settings";
import { installSystemPackage } from "./system-package";

const known = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** A Chromium that starts: one that is there, else Playwright's download, else the system's package. */
export async function findChromium(report: (line: string) => void): Promise<string> {
  const named = process.env.PLAYWRIGHT_CHROMIUM;
  if (named) {
    if (await starts(named)) return named;
    throw new UserError(`PLAYWRIGHT_CHROMIUM=${named} does not start.`, "Set it to a Chromium that does, or unset it.");
  }
  const present = await firstThatStarts([chromium.executablePath(), ...known]);
  if (present) return present;
  report("• No Chromium found; trying Playwright's own download");
  await runCommand(process.execPath, [`${root}/node_modules/@playwright/test/cli.js`, "install", "chromium"]);
  const downloaded = await firstThatStarts([chromium.executablePath()]);
  if (downloaded) return downloaded;
  let why = "Playwright's download did not work";
  report("• Playwright's download did not work; trying apt-get install chromium");
  const said = await installSystemPackage("chromium");
  const installed = await firstThatStarts(known);
  if (installed) return installed;
  if (said) why += `, and apt-get said: ${said}`;
  throw new UserError(`There is no Chromium for the browser tests (${why}).`, "Install one (apt-get install chromium), or set PLAYWRIGHT_CHROMIUM to its path.");
}

async function firstThatStarts(paths: string[]): Promise<string | null> {
  for (const path of paths) if (existsSync(path) && (await starts(path))) return path;
  return null;
}

/** A browser without its system libraries lies on the disk and cannot run. */
async function starts(path: string): Promise<boolean> {
  const { code } = await runCommand(path, ["--version"]);
  return code === 0;
}
