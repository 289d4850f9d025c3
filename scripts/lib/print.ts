import { spendText } from "@/components/experiments/models/prepare-calls";
import type { ModelUse } from "@/lib/coordinator/models/schema";
import { formatInterval, formatNumber, formatSeconds, scaleFor } from "@/lib/domain/format";
import { objectives, type ObjectiveKey } from "@/lib/domain/objectives";
import { table } from "@/lib/experiments/text-table";
import type { EpisodeView, ExperimentSummary, ExperimentView, FigureSet, LogEvent, ModelSpec, Page, SolutionView } from "@/lib/experiments/schema";

/** How the command line shows experiments. */

const reasons: Record<string, string> = {
  max_episodes: "all episodes are done",
  budget_hours: "the hours are used up",
  carbon_budget: "the CO2 budget is used up",
  target_reached: "the target is reached",
  no_improvement: "no improvement for several episodes",
  early_stop: "what is left to gain is not worth an episode",
  coordinator_end: "the coordinator sees nothing left to try",
  stopped: "stopped by a person",
  baseline_failed: "the uncompressed model could not be measured",
  error: "an error",
};

export function describeReason(reason: string | null): string {
  return reason ? (reasons[reason] ?? reason) : "still running";
}

/** The five figures of one solution on one line. */
export function figuresLine(figures: FigureSet): string {
  return objectives
    .map(({ key, label }) => {
      const scale = scaleFor(key, figures[key].value);
      return `${label.toLowerCase()} ${formatInterval(figures[key], scale.factor)}${scale.unit ? ` ${scale.unit}` : ""}`;
    })
    .join(" · ");
}

export function episodeLines(episode: EpisodeView, solution: SolutionView | null, maxEpisodes: number): string[] {
  const label = episode.decision?.label ?? "no decision";
  const head = episode.number === 0 ? `Baseline  ${label}` : `Episode ${episode.number}/${maxEpisodes}  ${label}`;
  if (!solution) {
    const { code, message, remedy } = episode.error ?? { code: "failed", message: "It failed without a reason.", remedy: "" };
    return [`✗ ${head}: ${episode.status}`, `    ${code}: ${message}${remedy ? ` ${remedy}` : ""}`];
  }
  const front = episode.number === 0 ? "the point to beat" : episode.frontImproved ? "the front improved" : solution.onFront ? "on the front, by less than the intervals" : "the front did not improve";
  return [`✓ ${head}: ${front}${secondsText(episode)}`, `    ${figuresLine(solution.figures)}`];
}

function secondsText(episode: EpisodeView): string {
  if (episode.reusedFrom) return ` (taken over from ${episode.reusedFrom.experiment}, episode ${episode.reusedFrom.episode})`;
  if (!episode.seconds) return "";
  const { decide, compress, evaluate, overhead } = episode.seconds;
  return ` (${formatSeconds(decide + compress + evaluate + overhead)})`;
}

export function frontTable(solutions: SolutionView[], title = "On the Pareto front"): string {
  if (solutions.length === 0) return `${title}: nothing yet`;
  const scales = objectives.map(({ key }) => scaleFor(key, Math.max(...solutions.map(({ figures }) => figures[key].value))));
  const head = ["#", "Recipe", ...objectives.map(({ label }, column) => (scales[column]?.unit ? `${label} [${scales[column]?.unit}]` : label))];
  const rows = solutions.map(({ number, label, figures }) => [
    String(number),
    label,
    ...objectives.map(({ key }, column) => formatInterval(figures[key as ObjectiveKey], scales[column]?.factor)),
  ]);
  return `${title}\n${table(head, rows)}`;
}

export function experimentText(view: ExperimentView, use: Pick<ModelUse, "spend" | "roles">): string {
  const front = view.solutions.filter(({ onFront }) => onFront);
  const failed = view.episodes.filter(({ status }) => status === "failed");
  return [
    `${view.name} (${view.id})`,
    `${view.status}${view.stage ? `: ${view.stage}` : ""} · ${view.terminationReason ? `ended because of: ${describeReason(view.terminationReason)}` : "still open"}`,
    `model ${view.model} · benchmarks ${view.benchmarks.join(", ")} · ${view.episodesDone} of ${view.maxEpisodes} episodes · seed ${view.seed}`,
    ...(view.error ? [`${view.error.code}: ${view.error.message} ${view.error.remedy}`.trimEnd()] : []),
    "",
    frontTable(front),
    "",
    ...failed.map(({ number, decision, error }) => `✗ Episode ${number} (${decision?.label ?? "?"}): ${error?.code}: ${error?.message}`),
    `Hypervolume: ${view.hypervolume === null ? "none yet" : formatNumber(view.hypervolume)}`,
    `Language model: ${spendText(use, view.limits)}`,
    `Result files: ${view.folder}`,
  ].join("\n");
}

export function listText(page: Page<ExperimentSummary>): string {
  if (page.items.length === 0) return "No experiments yet. Launch one: npm run lab -- run --model pocket --dataset pocket_science";
  const rows = page.items.map((item) => [
    item.name,
    item.id,
    item.status,
    `${item.episodesDone}/${item.maxEpisodes}`,
    String(item.frontSize),
    item.hypervolume === null ? "–" : formatNumber(item.hypervolume),
  ]);
  return table(["Name", "Id", "Status", "Episodes", "Front", "Hypervolume"], rows);
}

export function specText(spec: ModelSpec): string {
  const rows = Object.entries(spec).flatMap(([key, field]) => {
    if (field === null || typeof field !== "object" || !("source" in field)) return [];
    return field.value === null ? [] : [[key, typeof field.value === "number" ? specNumber(field.value) : String(field.value), `${field.source}, ${field.confidence}`]];
  });
  return [
    table(["Model spec", spec.model, "known from, confidence"], rows),
    `preferred_methods  ${spec.preferred_methods.join(", ")}`,
    ...spec.notes.map((note) => `note: ${note}`),
  ].join("\n");
}

/** The line of a log event, null for those that an episode's own lines say better. */
export function eventLine(event: LogEvent): string | null {
  const { number, label, decidedBy, stage, status } = event.data as Record<string, string | undefined>;
  switch (event.type) {
    case "experiment.stage":
      return `• ${stage}`;
    case "episode.decided":
      return `• ${Number(number) === 0 ? "Baseline" : `Episode ${number}`}: ${label} (decided by ${decidedBy === "model" ? "the language model" : decidedBy})`;
    case "episode.stage":
      return status === "evaluating" ? `• Episode ${number}: evaluating` : null;
    case "experiment.stopping":
      return "• Stopping after the running step";
    default:
      return null;
  }
}

/** Counts (layers, parameters) are exact; sizes are estimates with three figures. */
function specNumber(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString("en-US") : formatNumber(value);
}
