import { existsSync } from "node:fs";
import { runCommand } from "./stage";

/** Installs a package of Debian or Ubuntu where that needs nobody's password; null where it cannot, else what apt-get said last. */
export async function installSystemPackage(name: string): Promise<string | null> {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return null;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await runCommand("apt-get", ["update"], { env });
  const { output } = await runCommand("apt-get", ["install", "-y", "--no-install-recommends", name], { env });
  return output.trim().split("\n").at(-1) ?? "";
}
