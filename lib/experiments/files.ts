import { join } from "node:path";
import { fileContentsOf } from "./file-contents";
import { requireValidFile, type FileKind } from "./file-schemas";
import type { ExperimentView } from "./schema";
import { visualizationHtml } from "./visualization";
import { removeLeftovers, writeAtomic } from "./write-atomic";

export const episodeFolder = (number: number): string => `episode_${String(number).padStart(3, "0")}`;

/**
 * Writes the result files of an experiment into its folder; the names in `files` are relative to it. Safe to repeat
 * at any time: the same experiment gives the same bytes. Nothing is written unless everything matches its schema.
 */
export async function writeExperimentFiles(view: ExperimentView, folder: string): Promise<{ folder: string; files: string[] }> {
  const contents = fileContentsOf(view);
  const files: [name: string, text: string][] = [];
  const add = (name: string, kind: FileKind, content: unknown): void => {
    requireValidFile(kind, content, name);
    files.push([name, `${JSON.stringify(content, null, 2)}\n`]);
  };
  add("model_spec.json", "model-spec", contents.spec);
  view.episodes
    .map((episode) => episode.number)
    .sort((a, b) => a - b)
    .forEach((number, index) => {
      const { strategy, results } = contents.episodes[index] ?? {};
      if (strategy) add(`${episodeFolder(number)}/strategy.json`, "strategy", strategy);
      if (results) add(`${episodeFolder(number)}/results.json`, "results", results);
    });
  add("pareto_frontier.json", "pareto-frontier", contents.frontier);
  files.push(["pareto_visualization.html", visualizationHtml(view)]);
  // Last, since its presence says that the rest is complete.
  if (contents.final) add("final_results.json", "final-results", contents.final);
  await removeLeftovers(folder);
  for (const [name, text] of files) await writeAtomic(join(folder, name), text);
  return { folder, files: files.map(([name]) => name) };
}
