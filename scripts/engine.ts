import { Command, InvalidArgumentError, Option } from "commander";
import { startEngine } from "@/lib/engine";
import { log } from "@/lib/log";

interface Flags {
  appUrl: string;
  host: string;
  port: number;
  eventKey?: string;
  signingKey?: string;
  dev?: boolean;
  databaseUrl?: string;
  backoff?: number[];
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError("It must be a number from 0 to 65535.");
  return port;
}

function parseUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw new InvalidArgumentError("It must be the http(s) URL of the SDK's route, like http://127.0.0.1:3000/api/inngest.");
  return text;
}

function parseBackoff(text: string): number[] {
  const seconds = text.split(",").map(Number);
  if (seconds.some((value) => !Number.isFinite(value) || value < 0)) throw new InvalidArgumentError("It must be seconds like 1,2,3.");
  return seconds;
}

function exitWith(code: number, message: string): never {
  process.stderr.write(`error: ${message}\n`);
  process.exit(code);
}

const command = new Command("engine")
  .description("Runs an app's Inngest functions durably over PostgreSQL.")
  .requiredOption("--app-url <url>", "URL of the app's Inngest route", parseUrl)
  .requiredOption("--port <port>", "port of the event API; 0 picks a free one", parsePort)
  // The supervisor hands keys over in the environment: a command line can be read by every user of the machine.
  .addOption(new Option("--event-key <key>", "key that senders of events must present").env("INNGEST_EVENT_KEY").makeOptionMandatory())
  .option("--host <host>", "address to listen on", "127.0.0.1")
  .addOption(new Option("--signing-key <key>", "key shared with the app; signs every request to it (default: the variable INNGEST_SIGNING_KEY)").env("INNGEST_SIGNING_KEY"))
  .option("--dev", "unsigned: anyone who reaches the app can run steps")
  .option("--database-url <url>", "PostgreSQL to keep everything in (default: the variable DATABASE_URL)")
  .option("--backoff <seconds>", "waits before each retry, like 1,2,3", parseBackoff)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
const flags = command.parse().opts<Flags>();
const databaseUrl = flags.databaseUrl ?? process.env.DATABASE_URL;
// Flags are seen by everyone who can list processes; the environment is not.
const eventKey = flags.eventKey ?? process.env.INNGEST_EVENT_KEY;
const signingKey = flags.signingKey ?? process.env.INNGEST_SIGNING_KEY;
if (!databaseUrl) exitWith(2, "no database: give --database-url or set DATABASE_URL.");
if (!eventKey) exitWith(2, "no event key: give --event-key or set INNGEST_EVENT_KEY.");
if (!flags.dev && !signingKey) exitWith(2, "no signing key: give --signing-key, the same as the app's, or set INNGEST_SIGNING_KEY, or give --dev.");

try {
  const engine = await startEngine({
    databaseUrl,
    appUrl: flags.appUrl,
    host: flags.host,
    port: flags.port,
    eventKey,
    signingKey,
    dev: flags.dev,
    backoffSeconds: flags.backoff,
    log,
  });
  log.info({ url: engine.url, appUrl: flags.appUrl }, "the engine is ready");
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    engine.close().then(
      () => process.exit(0),
      (error: Error) => exitWith(1, `the engine did not stop cleanly: ${error.message}`),
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
} catch (error) {
  exitWith(1, `the engine could not start: ${(error as Error).message || String(error)}`);
}
