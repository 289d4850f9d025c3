import type { Command } from "commander";
import type { Launch, LaunchInput } from "@/lib/experiments/schema";
import type { ParsedGoal } from "@/lib/planning/goal/schema";
import type { PlanChange, PlanItemView, PlanStatus } from "@/lib/planning/plan/schema";
import type { Api } from "./api";
import { connectApp } from "./connect";
import { UserError } from "./errors";

/** `lab plan`, `lab workspace`, `lab ask` and `lab tool`, and what a goal in words makes of a run. */
export function planningCommands(program: Command, act: (run: () => Promise<number>) => void): void {
  program
    .command("plan <id>")
    .description("show an experiment's to-do list, or change it")
    .option("--add <text>", "add an item; the next decision reads it")
    .option("--done <n>", "mark the n-th item as done")
    .option("--skip <n>", "skip the n-th item")
    .option("--todo <n>", "take the n-th item up again")
    .option("--delete <n>", "delete the n-th item")
    .option("--first <n>", "move the n-th item to the top")
    .action((id: string, flags: PlanFlags) => act(() => plan(id, flags)));
  program
    .command("workspace [kind] [name]")
    .description("list what agents keep, or print one file: knowledge, experiments or checkpoints")
    .action((kind?: string, name?: string) => act(() => workspace(kind, name)));
  program
    .command("ask <agent> <question>")
    .description("ask a specialist: adapters, distillation, evaluation or search (needs a language model)")
    .option("-x, --experiment <id>", "what it is about")
    .action((agent: string, question: string, { experiment }: { experiment?: string }) => act(() => ask(agent, question, experiment)));
  program
    .command("tool [name] [input]")
    .description("list the agents' tools, or run one with its input as JSON")
    .action((name?: string, input?: string) => act(() => runTool(name, input)));
}

interface PlanFlags {
  add?: string;
  done?: string;
  skip?: string;
  todo?: string;
  delete?: string;
  first?: string;
}

async function plan(id: string, flags: PlanFlags): Promise<number> {
  const api = await connectApp();
  const path = `experiments/${encodeURIComponent(id)}/plan`;
  let { items } = await api.get<{ items: PlanItemView[] }>(path);
  const change = changeOf(items, flags);
  if (change) ({ items } = await api.post<{ items: PlanItemView[] }>(path, change));
  console.log(planText(items));
  return 0;
}

function changeOf(items: readonly PlanItemView[], flags: PlanFlags): PlanChange | null {
  const itemAt = (text: string): string => {
    const item = /^\d+$/.test(text) ? items[Number(text) - 1] : undefined;
    if (!item) throw new UserError(`The plan has no item ${text}.`, `Give a number from 1 to ${items.length}.`, 2);
    return item.id;
  };
  if (flags.add !== undefined) return { change: "add", text: flags.add };
  if (flags.delete !== undefined) return { change: "remove", item: itemAt(flags.delete) };
  if (flags.first !== undefined) return { change: "move", item: itemAt(flags.first), before: items[0]?.id ?? null };
  for (const [flag, status] of [["done", "done"], ["skip", "skipped"], ["todo", "todo"]] as const) {
    const at = flags[flag];
    if (at !== undefined) return { change: "edit", item: itemAt(at), status };
  }
  return null;
}

const marks: Record<PlanStatus, string> = { todo: " ", doing: ">", done: "x", skipped: "-" };

export function planText(items: readonly PlanItemView[]): string {
  if (items.length === 0) return "There is no plan yet: it is written when the experiment starts.";
  return items
    .flatMap(({ text, status, author, evidence }, index) => [
      `${String(index + 1).padStart(3)} [${marks[status]}] ${text}${author === "person" ? " (person)" : ""}`,
      ...evidence.map((each) => `          ${each.episode === null ? "" : `episode ${each.episode}: `}${each.text}`),
    ])
    .join("\n");
}

async function workspace(kind?: string, name?: string): Promise<number> {
  const api = await connectApp();
  if (kind && name) {
    const { text } = await api.get<{ text: string }>(`workspace?${new URLSearchParams({ kind, name }).toString()}`);
    console.log(text);
    return 0;
  }
  const { files } = await api.get<{ files: { kind: string; name: string }[] }>("workspace");
  const shown = files.filter((file) => !kind || file.kind === kind);
  console.log(shown.length > 0 ? shown.map((file) => `${file.kind} ${file.name}`).join("\n") : "Nothing is kept yet.");
  return 0;
}

async function ask(agent: string, question: string, experiment?: string): Promise<number> {
  const api = await connectApp();
  const { answer } = await api.post<{ answer: string }>(`agents/${encodeURIComponent(agent)}/ask`, { question, experiment });
  console.log(answer);
  return 0;
}

async function runTool(name?: string, input = "{}"): Promise<number> {
  const api = await connectApp();
  if (!name) {
    const { tools } = await api.get<{ tools: { name: string; description: string }[] }>("tools");
    console.log(tools.map((tool) => `${tool.name.padEnd(20)} ${tool.description}`).join("\n"));
    return 0;
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(input);
  } catch {
    throw new UserError("The input is not JSON.", `For example: npm run lab -- tool read_figures '{"experiment": "NAME"}'`, 2);
  }
  const { result } = await api.post<{ result: unknown }>(`tools/${encodeURIComponent(name)}`, parsed);
  console.log(JSON.stringify(result, null, 2));
  return 0;
}

export type SpokenLaunch = Partial<Pick<Launch, "maxEpisodes" | "budgetHours" | "itemLimit" | "rules">> & Pick<LaunchInput, "goal" | "limits">;

/** The fields of a launch that a goal in words fills, printed so that a person sees what was understood. */
export async function goalOf(api: Api, words: string): Promise<{ launch: SpokenLaunch; text: string }> {
  const { goal, limits, rules, understood, left } = await api.post<ParsedGoal>("goals/parse", { words });
  const { maxEpisodes, budgetHours, itemLimit, ...spend } = limits;
  const given = Object.fromEntries(Object.entries({ maxEpisodes, budgetHours, itemLimit }).filter(([, value]) => value !== null));
  const lines = [...understood.map(({ text, meaning }) => `  ${text}: ${meaning}`), ...left.map(({ text, reason }) => `  ${text}: not understood${reason ? `. ${reason}` : ""}`)];
  return { launch: { ...given, goal: { ...goal, words }, limits: spend, rules }, text: `Goal\n${lines.join("\n")}` };
}
