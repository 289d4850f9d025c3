import { chmod, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@/lib/free-port";
import { readSettings, type PortFlags, type PortName, type Settings } from "./settings";

const names: PortName[] = ["web", "engine", "runner", "postgres"];

/** Settings of an app of its own: a new data folder, free ports, the embedded parts; whatever the environment says. */
export async function scratchSettings(purpose: string): Promise<Settings> {
  const folder = await mkdtemp(join(tmpdir(), `pareto-${purpose}-`));
  // As root the database runs as another user, which must be able to enter the folder.
  await chmod(folder, 0o755);
  const ports: PortFlags = {};
  for (const name of names) ports[name] = await freePort();
  return readSettings("start", ports, { ...process.env, PARETO_DATA: folder, DATABASE_URL: "", INNGEST_BASE_URL: "", RUNNER_URL: "" });
}
