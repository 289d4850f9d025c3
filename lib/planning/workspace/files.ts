import { lstat, readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { firstTeam } from "@/lib/access/schema";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { removeLeftovers, writeAtomic } from "@/lib/experiments/write-atomic";
import { parseInput } from "@/lib/parse";
import { workspaceFileSchema, workspaceKinds, type WorkspaceEntry, type WorkspaceFile, type WorkspaceKind } from "./schema";

/** A file of an agent that never ends must not fill the disk, nor a prompt. */
const mostBytes = 256_000;
const mostFiles = 10_000;

/** Each team's agents see their own folder only. */
function folderOf(team: string, kind: WorkspaceKind): string {
  const root = resolve(env().PARETO_DATA, "workspace");
  return join(team === firstTeam ? root : join(root, "teams", team.replaceAll(/[^A-Za-z0-9_-]/g, "_")), kind);
}

/** The file's path; its name has been judged, so that it cannot lead elsewhere. */
function pathOf(team: string, input: { kind: string; name: string }): string {
  const { kind, name } = parseInput(workspaceFileSchema, input);
  return join(folderOf(team, kind), name);
}

/** The newest first. */
export async function listWorkspace(team: string, kinds: readonly WorkspaceKind[] = workspaceKinds): Promise<WorkspaceEntry[]> {
  const entries = await Promise.all(
    kinds.map(async (kind) => {
      const folder = folderOf(team, kind);
      const names = (await readdir(folder).catch(() => [])).filter((name) => workspaceFileSchema.shape.name.safeParse(name).success).slice(0, mostFiles);
      const found = await Promise.all(names.map((name) => entryOf(folder, kind, name)));
      return found.filter((entry) => entry !== null);
    }),
  );
  return entries.flat().sort((a, b) => b.changedAt.localeCompare(a.changedAt) || a.name.localeCompare(b.name));
}

async function entryOf(folder: string, kind: WorkspaceKind, name: string): Promise<WorkspaceEntry | null> {
  // A link could lead out of the folder; only plain files count.
  const stats = await lstat(join(folder, name)).catch(() => null);
  return stats?.isFile() ? { kind, name, bytes: stats.size, changedAt: stats.mtime.toISOString() } : null;
}

export async function readWorkspace(team: string, file: { kind: string; name: string }): Promise<WorkspaceFile> {
  const path = pathOf(team, file);
  const { kind, name } = workspaceFileSchema.parse(file);
  const entry = await entryOf(folderOf(team, kind), kind, name);
  if (!entry) throw new AppError("not_found", `There is no ${kind}/${name} in the workspace.`, { remedy: "Look at the list of its files." });
  if (entry.bytes > mostBytes) throw new AppError("invalid_input", `${kind}/${name} is larger than ${mostBytes / 1000} kB.`, { remedy: "Read it on the machine itself." });
  return { ...entry, text: await readFile(path, "utf8") };
}

export async function writeWorkspace(team: string, file: { kind: WorkspaceKind; name: string }, text: string): Promise<void> {
  if (Buffer.byteLength(text) > mostBytes) {
    throw new AppError("invalid_input", `The text is larger than ${mostBytes / 1000} kB.`, { remedy: "Say it shorter, or in two files." });
  }
  const path = pathOf(team, file);
  const known = await readdir(folderOf(team, file.kind)).catch((): string[] => []);
  if (known.length >= mostFiles && !known.includes(file.name)) {
    throw new AppError("conflict", `The workspace has ${mostFiles} ${file.kind} already.`, { remedy: "Delete files that are no longer needed." });
  }
  if (!known.length) await removeLeftovers(folderOf(team, file.kind));
  await writeAtomic(path, text);
}
