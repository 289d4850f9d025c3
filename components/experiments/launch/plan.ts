import type { BenchmarkChoice } from "@/components/experiments/launch/choices";
import type { LaunchDraft } from "@/components/experiments/launch/prefill";
import { counted } from "@/components/whole-number";
import { noRules, rulesInWords } from "@/lib/experiments/rules-schema";

/** What will run, in plain sentences; only what follows from the choices, no guessed times. */
export function planOf(draft: LaunchDraft, choices: readonly BenchmarkChoice[]): string[] {
  const episodes = wholeOf(draft.maxEpisodes);
  const hours = Number(draft.budgetHours);
  const limit = wholeOf(draft.itemLimit);
  const chosen = choices.filter((choice) => draft.benchmarks.includes(choice.name));
  const items = chosen.reduce((sum, choice) => sum + (limit ? Math.min(limit, choice.items) : choice.items), 0);
  const lines = ["The uncompressed model is measured first; everything is compared with it."];
  if (episodes) lines.push(`Then at most ${counted(episodes, "episode")}: decide on a compression, carry it out, measure the result.`);
  if (chosen.length > 0) lines.push(`Each measurement scores ${counted(items, "item")} of ${counted(chosen.length, "benchmark")}, and latency, memory, size and CO2.`);
  if (hours > 0) lines.push(`No episode starts after ${hours} h. It also ends when five episodes in a row improve nothing.`);
  for (const sentence of rulesInWords(draft.rules ?? noRules)) lines.push(`${sentence}.`);
  return lines;
}

function wholeOf(text: string): number | null {
  const value = Number(text);
  return text.trim() !== "" && Number.isInteger(value) && value > 0 ? value : null;
}
