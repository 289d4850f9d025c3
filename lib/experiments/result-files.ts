import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { ResultFile } from "./files-schema";

/** The result files that lie in an experiment's folder, with their checksums; none before the first is written. */
export async function listResultFiles(folder: string): Promise<ResultFile[]> {
  const files: ResultFile[] = [];
  // One after the other: a long experiment has thousands, and a process may only have so many open.
  for (const path of await pathsIn(folder)) {
    const file = join(folder, path);
    const [content, { mtime }] = await Promise.all([readFile(file), stat(file)]);
    files.push({ path, bytes: content.length, sha256: createHash("sha256").update(content).digest("hex"), modifiedAt: mtime.toISOString() });
  }
  return files;
}

/** Only what is listed is read, so no path leads out of the folder. Null when there is no such file. */
export async function readResultFile(folder: string, path: string): Promise<Buffer<ArrayBuffer> | null> {
  return (await pathsIn(folder)).includes(path) ? readFile(join(folder, path)) : null;
}

/** Files alone: neither links nor what is just being written, whose name begins with a dot. */
async function pathsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}
