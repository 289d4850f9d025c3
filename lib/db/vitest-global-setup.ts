import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../free-port";
import { startEmbeddedPostgres } from "./embedded";

/** One real PostgreSQL for the whole test run: the server of DATABASE_URL when set, else an embedded one in a temporary folder. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.DATABASE_URL) {
    process.env.TEST_DATABASE_URL = process.env.DATABASE_URL;
    return undefined;
  }
  // The server drops root privileges, so its user must be able to enter the folder.
  const folder = await mkdtemp(join(tmpdir(), "pareto-test-"));
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({ folder, port: await freePort(), password: randomBytes(12).toString("hex") });
  process.env.TEST_DATABASE_URL = server.url("postgres");
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
