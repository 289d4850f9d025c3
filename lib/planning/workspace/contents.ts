import { hashOfRecipe } from "@/lib/coordinator/recipes";
import { formatFigure } from "@/lib/domain/format";
import { objectives } from "@/lib/domain/objectives";
import type { ExperimentView, SolutionView } from "@/lib/experiments/schema";
import type { Reflection } from "../reflection/schema";
import { sentencesOf } from "../reflection/words";

/** What the workspace's derived files say; the same experiment always gives the same text. */

type Named = Pick<ExperimentView, "id" | "name">;

export function experimentFile(view: ExperimentView): object {
  const { id, name, model, benchmarks, goal, limits, status, terminationReason, hypervolume, createdAt, endedAt } = view;
  return {
    id, name, model, benchmarks, goal, limits, status, termination_reason: terminationReason, hypervolume, created_at: createdAt, ended_at: endedAt,
    solutions: view.solutions.map((solution) => ({
      episode: solution.number,
      label: solution.label,
      recipe: solution.recipe,
      recipe_hash: hashOfRecipe(solution.recipe),
      artifact: solution.artifactHash,
      on_front: solution.onFront,
      feasible: solution.feasible,
      figures: Object.fromEntries(objectives.map(({ key }) => [key, figureOf(solution, key)])),
    })),
    failures: view.episodes.flatMap(({ number, decision, error }) => (error ? [{ episode: number, label: decision?.label ?? null, recipe: decision?.recipe ?? null, code: error.code, message: error.message }] : [])),
  };
}

function figureOf(solution: SolutionView, key: (typeof objectives)[number]["key"]): object {
  const { value, low, high, unit, n } = solution.figures[key];
  return { value, low, high, unit, n };
}

export interface CheckpointFile {
  hash: string;
  size_bytes: number;
  format: string;
  /** Every measurement of the same artifact, of other experiments too. */
  measured: { experiment: string; episode: number; label: string; recipe_hash: string; model: string }[];
}

/** One for each artifact of the experiment; the same artifact elsewhere is the same file, with one more line in it. */
export function checkpointFiles(view: ExperimentView, known: (hash: string) => CheckpointFile | null): CheckpointFile[] {
  return view.solutions.flatMap((solution) => {
    const artifact = view.episodes.find(({ number }) => number === solution.number)?.artifact;
    if (!artifact || !solution.artifactHash) return [];
    const other = (known(artifact.hash)?.measured ?? []).filter(({ experiment, episode }) => experiment !== view.name || episode !== solution.number);
    const own = { experiment: view.name, episode: solution.number, label: solution.label, recipe_hash: hashOfRecipe(solution.recipe), model: view.model };
    const measured = [...other, own].sort((a, b) => a.experiment.localeCompare(b.experiment) || a.episode - b.episode);
    return [{ hash: artifact.hash, size_bytes: artifact.size_bytes, format: artifact.format, measured }];
  });
}

/** A reflection as a note: what was learnt, what comes next, and the figures that it rests on. */
export function reflectionNote(view: ExperimentView, { after, learnt, next, by, note, facts }: Reflection): string {
  const evidence = view.solutions.filter(({ number, isBaseline }) => isBaseline || number <= after).map(({ number }) => number);
  return [
    `# ${view.model}: after episode ${after}`,
    "",
    `${by === "rules" ? "Computed from the figures." : `Worded by ${by} from the computed facts below.`}${note ? ` The language model ${note}.` : ""}`,
    "",
    "## Learnt",
    "",
    ...learnt.map((sentence) => `- ${oneLine(sentence)}`),
    ...(next ? ["", "## Next", "", `${oneLine(next.text)}${next.by === "rules" || next.by === "person" ? "" : ` (${next.by})`}`] : []),
    ...(by === "rules" ? [] : ["", "## Facts", "", ...sentencesOf(facts).map((sentence) => `- ${sentence}`)]),
    "",
    ...evidenceLines([{ view, episodes: evidence }]),
    "",
  ].join("\n");
}

/** The measurements that a note rests on, as a table of figures with their intervals. */
export function evidenceLines(rests: readonly { view: Named & Pick<ExperimentView, "solutions" | "episodes">; episodes: readonly number[] }[]): string[] {
  const lines = ["## Evidence", "", `| Experiment | Episode | Recipe | ${objectives.map(({ label }) => label).join(" | ")} |`, `| --- | --- | --- | ${objectives.map(() => "---").join(" | ")} |`];
  for (const { view, episodes } of rests) {
    for (const number of episodes) {
      const solution = view.solutions.find((each) => each.number === number);
      const failed = view.episodes.find((each) => each.number === number);
      const figures = solution ? objectives.map(({ key }) => formatFigure(key, solution.figures[key])) : objectives.map(() => "–");
      const label = solution?.label ?? `${failed?.decision?.label ?? "?"} (${failed?.error ? "failed" : "not measured"})`;
      lines.push(`| [${view.name}](/experiments/${view.id}) | ${number} | ${label.replaceAll("|", "/")} | ${figures.join(" | ")} |`);
    }
  }
  return lines;
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
