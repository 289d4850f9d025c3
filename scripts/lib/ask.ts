import { createInterface } from "node:readline/promises";
import type { Api } from "./api";
import { UserError } from "./errors";

export interface RunAnswers {
  model?: string;
  dataset?: string;
  episodes?: string;
  hours?: string;
}

/** Asks for what the flags leave open; an empty answer takes the default in brackets. */
export async function askMissing(given: RunAnswers, api: Api): Promise<RunAnswers> {
  if (!process.stdin.isTTY) throw new UserError("-i needs a terminal to ask on.", "Give --model and --dataset as flags instead.", 2);
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const ask = async (question: string, fallback: string): Promise<string> => (await prompt.question(`${question} [${fallback}]: `)).trim() || fallback;
  try {
    const model = given.model ?? (await ask("Model: pocket, a local folder or a hub id", "pocket"));
    const dataset = given.dataset ?? (await askBenchmarks(model, api, ask));
    const episodes = given.episodes ?? (await ask("Episodes", "10"));
    const hours = given.hours ?? (await ask("Hours at most", "4"));
    return { model, dataset, episodes, hours };
  } finally {
    prompt.close();
  }
}

async function askBenchmarks(model: string, api: Api, ask: (question: string, fallback: string) => Promise<string>): Promise<string> {
  const offered = (await api.benchmarks()).filter(({ availability }) => availability.available);
  for (const { name, title } of offered) console.error(`  ${name.padEnd(22)} ${title}`);
  const own = offered.filter(({ name }) => name.startsWith("pocket_") === (model === "pocket"));
  return ask("Benchmarks, separated by commas", (own[0] ?? offered[0])?.name ?? "");
}
