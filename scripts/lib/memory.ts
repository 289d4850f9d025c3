import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Command } from "commander";
import { formatInterval } from "@/lib/domain/format";
import { objectives } from "@/lib/domain/objectives";
import { table } from "@/lib/experiments/text-table";
import type { MemoryPage } from "@/lib/skills/schema";
import { connectApp } from "./connect";
import { UserError } from "./errors";
import { fromCaller } from "./paths";

/** `lab memory`: what came of every recipe, as a list and as a file. */
export function memoryCommands(program: Command, act: (run: () => Promise<number>) => void): Command {
  const memory = program.command("memory").description("what came of every recipe, in all experiments");
  memory
    .command("list")
    .description("list records, the newest first")
    .option("-n, --limit <n>", "how many", "20")
    .option("--like <model>", "the most similar to a model first")
    .action((flags: { limit: string; like?: string }) => act(() => list(flags)));
  memory
    .command("export [file]")
    .description("write the memory to a file; without one, to the terminal")
    .action((file?: string) => act(() => exportTo(file)));
  memory
    .command("import <file>")
    .description("take in the records of a file that are not known yet")
    .action((file: string) => act(() => importFrom(file)));
  return memory;
}

async function list({ limit, like = "" }: { limit: string; like?: string }): Promise<number> {
  const search = new URLSearchParams({ limit, ...(like ? { like } : {}) });
  console.log(memoryText(await (await connectApp()).memory(search)));
  return 0;
}

export function memoryText({ rows, matching }: MemoryPage): string {
  if (rows.length === 0) return "Nothing is remembered yet. Every episode that ends is.";
  const ranked = rows.some(({ similarity }) => similarity !== null);
  const head = [...(ranked ? ["Alike"] : []), "Recipe", "Model", ...objectives.map(({ label }) => label), "Found out in"];
  const body = rows.map((row) => [
    ...(ranked ? [`${Math.round((row.similarity ?? 0) * 100)} %`] : []),
    row.label,
    row.model,
    ...objectives.map(({ key }, index) => (row.ratios ? formatInterval(row.ratios[key]) : index === 0 ? (row.error?.code ?? "failed") : "")),
    `${row.experiment}, episode ${row.episode}`,
  ]);
  return `${table(head, body)}\n${rows.length} of ${matching} records; each figure over the uncompressed model's.`;
}

async function exportTo(file: string | undefined): Promise<number> {
  const memory = await (await connectApp()).exportMemory();
  const text = `${JSON.stringify(memory, null, 1)}\n`;
  if (!file) process.stdout.write(text);
  else {
    await writeFile(fromCaller(file), text);
    console.log(`Wrote ${memory.records.length} records to ${fromCaller(file)}`);
  }
  return 0;
}

async function importFrom(file: string): Promise<number> {
  const content = await readMemory(fromCaller(file));
  const { added, known, refused, reasons } = await (await connectApp()).importMemory({ name: basename(file), file: content });
  console.log(`${added} added, ${known} known already, ${refused} refused`);
  for (const { record, reason } of reasons) console.log(`  record ${record}: ${reason}`);
  return refused > 0 && added + known === 0 ? 2 : 0;
}

async function readMemory(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new UserError(`${path} cannot be read as JSON.`, "Name a file that `npm run lab -- memory export FILE` wrote.", 2, { cause });
  }
}
