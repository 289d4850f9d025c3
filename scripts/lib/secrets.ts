import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "./errors";

const secretsSchema = z.object({
  runnerKey: z.string().min(32),
  inngestEventKey: z.string().min(16),
  inngestSigningKey: z.string().regex(/^signkey-[\w]+-[0-9a-f]{64}$/),
  postgresPassword: z.string().min(16),
  /** Programs on this machine show it to the app; the links that sign a browser in are made from it. */
  accessKey: z.string().min(32),
});
export type Secrets = z.infer<typeof secretsSchema>;

/** Reads the secrets of a data folder; the first time it makes them. Nobody but the owner may read the file. */
export async function loadSecrets(folder: string): Promise<Secrets> {
  const file = join(folder, "secrets.json");
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return createSecrets(folder, file);
  const found = parseJson(text);
  // A folder from before there was an access key gets one.
  if (found !== null && typeof found === "object" && !("accessKey" in found)) return save(folder, file, secretsSchema.parse({ ...found, accessKey: randomBytes(32).toString("hex") }));
  const parsed = secretsSchema.safeParse(found);
  if (!parsed.success) {
    throw new UserError(`${file} is damaged.`, "Restore it from a backup. Without its postgresPassword the embedded database cannot be opened.");
  }
  await chmod(file, 0o600);
  return parsed.data;
}

async function createSecrets(folder: string, file: string): Promise<Secrets> {
  const secrets: Secrets = {
    runnerKey: randomBytes(32).toString("hex"),
    inngestEventKey: randomBytes(24).toString("hex"),
    inngestSigningKey: `signkey-prod-${randomBytes(32).toString("hex")}`,
    postgresPassword: randomBytes(24).toString("hex"),
    accessKey: randomBytes(32).toString("hex"),
  };
  return save(folder, file, secrets);
}

async function save(folder: string, file: string, secrets: Secrets): Promise<Secrets> {
  await mkdir(folder, { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  await rename(temporary, file);
  return secrets;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
