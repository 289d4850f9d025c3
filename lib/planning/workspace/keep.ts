import { requireOwn } from "@/lib/access/admit";
import type { Caller } from "@/lib/access/schema";
import { AppError } from "@/lib/errors";
import { requireExperiment } from "@/lib/experiments/run";
import type { ExperimentView } from "@/lib/experiments/schema";
import { listReflections } from "../reflection/queries";
import { checkpointFiles, evidenceLines, experimentFile, oneLine, reflectionNote, type CheckpointFile } from "./contents";
import { listWorkspace, readWorkspace, writeWorkspace } from "./files";
import { experimentIdsOf, teamOf } from "./queries";
import type { Note } from "./schema";

/** Writes all that follows from one experiment; safe to repeat at any time. */
export async function writeDerived(view: ExperimentView): Promise<void> {
  const team = await teamOf(view.id);
  await writeWorkspace(team, { kind: "experiments", name: `${view.name}.json` }, json(experimentFile(view)));
  const known = new Map<string, CheckpointFile>();
  for (const { artifactHash } of view.solutions) {
    if (!artifactHash) continue;
    const text = await readWorkspace(team, { kind: "checkpoints", name: `${artifactHash}.json` }).catch(() => null);
    if (text) known.set(artifactHash, JSON.parse(text.text) as CheckpointFile);
  }
  for (const file of checkpointFiles(view, (hash) => known.get(hash) ?? null)) {
    await writeWorkspace(team, { kind: "checkpoints", name: `${file.hash}.json` }, json(file));
  }
  for (const reflection of await listReflections(view.id)) {
    await writeWorkspace(team, { kind: "knowledge", name: noteName(view, reflection.after) }, reflectionNote(view, reflection));
  }
}

export function noteName({ name }: Pick<ExperimentView, "name">, after: number): string {
  return `${name}.after-${String(after).padStart(3, "0")}.md`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Everything derived, anew from the database: what was deleted or damaged comes back, notes of agents stay. */
export async function rebuildWorkspace(team: string): Promise<{ experiments: number }> {
  const ids = await experimentIdsOf(team);
  for (const id of ids) await writeDerived(await requireExperiment(id));
  return { experiments: ids.length };
}

export type KeptNote = { name: string; duplicate: boolean };

/** Keeps a note with the figures it rests on. One that says the same as a present one is not written twice. */
export async function keepNote(caller: Pick<Caller, "team">, { title, text, evidence }: Note, author: string): Promise<KeptNote> {
  const names = [...new Set(evidence.map(({ experiment }) => experiment))];
  await requireOwn(caller, names);
  const views = await Promise.all(names.map(async (name) => ({ name, view: await requireExperiment(name) })));
  const rests = views.map(({ name, view }) => ({ view, episodes: evidence.filter(({ experiment }) => experiment === name).map(({ episode }) => episode) }));
  const missing = rests.flatMap(({ view, episodes }) => episodes.filter((number) => !view.episodes.some((episode) => episode.number === number)).map((number) => `${view.name} has no episode ${number}.`));
  if (missing.length > 0) throw new AppError("invalid_input", missing.join(" "), { remedy: "Name episodes that were run." });

  const body = `# ${oneLine(title)}\n\nWritten by ${author}.\n\n${text}\n\n${evidenceLines(rests).join("\n")}\n`;
  const same = await findSame(caller.team, text);
  if (same) return { name: same, duplicate: true };
  const name = await freeName(caller.team, title);
  await writeWorkspace(caller.team, { kind: "knowledge", name }, body);
  return { name, duplicate: false };
}

/** A note whose words are the same, whatever its title, spacing, case or author. */
async function findSame(team: string, text: string): Promise<string | null> {
  const wanted = plain(text);
  for (const { name, kind } of await listWorkspace(team, ["knowledge"])) {
    const { text: known } = await readWorkspace(team, { kind, name }).catch(() => ({ text: "" }));
    if (plain(known).includes(wanted)) return name;
  }
  return null;
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim();
}

async function freeName(team: string, title: string): Promise<string> {
  const base = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "").slice(0, 80) || "note";
  const taken = new Set((await listWorkspace(team, ["knowledge"])).map(({ name }) => name));
  for (let number = 1; ; number++) {
    const name = number === 1 ? `${base}.md` : `${base}-${number}.md`;
    if (!taken.has(name)) return name;
  }
}
