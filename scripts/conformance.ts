import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join, dirname } from "node:path";
import { Command, InvalidArgumentError } from "commander";

function parseUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw new InvalidArgumentError("It must be the http(s) URL of an Inngest server, like http://127.0.0.1:8288.");
  return text.replace(/\/$/, "");
}

const command = new Command("conformance")
  .description("Runs the engine's conformance suite against an Inngest server, which must be able to reach this machine's 127.0.0.1.")
  .requiredOption("--base-url <url>", "the server's URL", parseUrl)
  .option("--event-key <key>", "the server's event key")
  .option("--signing-key <key>", "the server's signing key; without, it is taken for one in dev mode")
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
const flags = command.parse().opts<{ baseUrl: string; eventKey?: string; signingKey?: string }>();

const environment: NodeJS.ProcessEnv = { ...process.env, INNGEST_CONFORMANCE_BASE_URL: flags.baseUrl };
if (flags.eventKey) environment.INNGEST_CONFORMANCE_EVENT_KEY = flags.eventKey;
if (flags.signingKey) environment.INNGEST_CONFORMANCE_SIGNING_KEY = flags.signingKey;
const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
const { status, error } = spawnSync(process.execPath, [vitest, "run", "lib/engine/conformance"], { stdio: "inherit", env: environment });
if (error) process.stderr.write(`error: vitest could not be started: ${error.message}\n`);
process.exit(status ?? 1);
