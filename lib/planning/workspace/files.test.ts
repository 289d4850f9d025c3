import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testView } from "@/lib/experiments/testing/views";
import { factsOf } from "../reflection/facts";
import { checkpointFiles, experimentFile, reflectionNote } from "./contents";
import { listWorkspace, readWorkspace, writeWorkspace } from "./files";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pareto-workspace-"));
  Object.assign(process.env, { PARETO_DATA: folder, RUNNER_KEY: "key", DATABASE_URL: "postgresql://127.0.0.1/none" });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("what is written is read and listed, by its team alone", async () => {
  await writeWorkspace("lab", { kind: "knowledge", name: "note.md" }, "# Note\n");
  await writeWorkspace("other", { kind: "knowledge", name: "theirs.md" }, "# Theirs\n");
  expect((await readWorkspace("lab", { kind: "knowledge", name: "note.md" })).text).toBe("# Note\n");
  expect((await listWorkspace("lab")).map(({ kind, name }) => [kind, name])).toEqual([["knowledge", "note.md"]]);
  await expect(readWorkspace("lab", { kind: "knowledge", name: "theirs.md" })).rejects.toThrow("There is no");
});

test.each(["../secrets.json", "..", "a/../../secrets.json", "/etc/passwd.md", ".hidden.md", "a\\b.md", "note.sh", "x\u0000.md", `${"a".repeat(300)}.md`])("no name leads out of the workspace: %s", async (name) => {
  await expect(readWorkspace("lab", { kind: "knowledge", name })).rejects.toThrow("A name has");
  await expect(writeWorkspace("lab", { kind: "knowledge", name }, "x")).rejects.toThrow("A name has");
  await expect(readWorkspace("lab", { kind: "../..", name: "secrets.json" })).rejects.toThrow("Choose");
});

test("a link is no file of the workspace", async () => {
  await writeFile(join(folder, "secrets.json"), "secret");
  await symlink(join(folder, "secrets.json"), join(folder, "workspace/knowledge/link.md"));
  await expect(readWorkspace("lab", { kind: "knowledge", name: "link.md" })).rejects.toThrow("There is no");
  expect((await listWorkspace("lab")).map(({ name }) => name)).not.toContain("link.md");
});

test("a text without end is refused", async () => {
  await expect(writeWorkspace("lab", { kind: "knowledge", name: "long.md" }, "x".repeat(300_000))).rejects.toThrow("larger than");
});

test("a reflection's note rests on figures with their intervals, and one artifact is one file", () => {
  const view = testView();
  const note = reflectionNote(view, { after: 3, facts: factsOf(view), learnt: ["INT8 halves the size."], next: { text: "Try AWQ", methods: ["awq"], by: "rules" }, by: "rules", note: null });
  expect(note).toContain("# pocket: after episode 3");
  expect(note).toContain(`| [${view.name}](/experiments/${view.id}) | 1 | INT8 | 0.740 ± 0.015 |`);
  expect(JSON.stringify(experimentFile(view))).toBe(JSON.stringify(experimentFile(testView())));
  const first = view.episodes[1];
  if (first) first.artifact = { hash: "hash-1", size_bytes: 10, format: "safetensors" } as NonNullable<typeof first.artifact>;
  const known = { hash: "hash-1", size_bytes: 10, format: "safetensors", measured: [{ experiment: "another", episode: 4, label: "INT8", recipe_hash: "r", model: "pocket" }] };
  expect(checkpointFiles(view, () => known)[0]?.measured.map(({ experiment, episode }) => [experiment, episode])).toEqual([
    ["another", 4],
    [view.name, 1],
  ]);
});
