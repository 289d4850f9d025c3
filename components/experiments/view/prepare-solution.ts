import { recipeText } from "@/components/experiments/recipe-text";
import { formatFigure, formatInterval, formatNumber, formatQuantity, formatSeconds, formatSigned } from "@/lib/domain/format";
import { titleOfRuntime } from "@/lib/domain/runtimes";
import type { ArtifactRecord, Figure, SolutionView } from "@/lib/experiments/schema";

export interface DetailRow {
  label: string;
  value: string;
  note?: string;
}

export interface DetailSection {
  title: string;
  rows: DetailRow[];
}

/** Everything that is known of one solution beyond its five figures, in the order of a reader's questions. */
export function prepareSolution(solution: SolutionView, artifact: ArtifactRecord | null): DetailSection[] {
  return [accuracyOf(solution), speedOf(solution), runtimeOf(solution), energyOf(solution), originOf(solution), makingOf(artifact)].filter((section) => section.rows.length > 0);
}

function accuracyOf({ figures, accuracyDelta, benchmarks, perplexity }: SolutionView): DetailSection {
  const rows: DetailRow[] = [{ label: "Mean over the benchmarks", value: formatInterval(figures.accuracy), note: deltaNote(accuracyDelta) }];
  for (const { name, score, delta } of benchmarks) rows.push({ label: name, value: formatInterval(score), note: deltaNote(delta) });
  if (perplexity) rows.push({ label: "Perplexity", value: formatInterval(perplexity) });
  return { title: "Accuracy", rows };
}

/** "−1.2 ± 0.8 points to the baseline, item by item". */
function deltaNote(delta: Figure | null): string {
  if (!delta) return "";
  const half = ((delta.high - delta.low) / 2) * 100;
  return `${formatSigned(delta.value * 100)} ± ${formatNumber(half, 2)} points to the baseline, item by item`;
}

function speedOf({ figures }: SolutionView): DetailSection {
  const { extra } = figures.latency_ms;
  const steps = ["p50_ms", "p95_ms", "p99_ms"].map((name) => numberIn(extra, name));
  const rows: DetailRow[] = [{ label: "Per generated token", value: formatFigure("latency_ms", figures.latency_ms) }];
  if (steps.every((step) => step !== null)) rows.push({ label: "p50 · p95 · p99", value: `${steps.map((step) => formatNumber(step)).join(" · ")} ms` });
  const prefill = numberIn(extra, "prefill_ms");
  const prefillRate = numberIn(extra, "prefill_tokens_per_second");
  if (prefill !== null) rows.push({ label: "First token", value: `${formatNumber(prefill)} ms`, note: prefillRate === null ? "" : `${formatNumber(prefillRate)} prompt tokens/s` });
  const batches = Object.entries((extra.batch_tokens_per_second ?? {}) as Record<string, unknown>).flatMap(([batch, rate]) =>
    typeof rate === "number" ? [`${formatNumber(rate)} at ${batch}`] : [],
  );
  if (batches.length > 0) rows.push({ label: "Tokens per second by batch", value: batches.join(" · ") });
  const roofline = numberIn(extra, "roofline");
  if (roofline !== null) rows.push({ label: "Of the memory's bandwidth", value: `${formatNumber(roofline * 100, 2)} %`, note: "weights read per token ÷ bandwidth ÷ measured time" });
  const cache = numberIn(figures.memory_gb.extra, "kv_cache_bytes_per_token");
  rows.push({ label: "Peak memory", value: formatFigure("memory_gb", figures.memory_gb), note: cache === null ? "" : `and ${formatNumber(cache / 1000)} kB per token of context` });
  return { title: "Speed and memory", rows };
}

/** How much of the gain is the runtime's and how much the recipe's. */
function runtimeOf({ reference, figures, recipe }: SolutionView): DetailSection {
  if (!reference) return { title: "Runtime", rows: [] };
  const rows = (["latency_ms", "memory_gb", "model_size_gb"] as const).map((key) => {
    const uncompressed = reference[key];
    const change = ((figures[key].value - uncompressed.value) / uncompressed.value) * 100;
    return {
      label: { latency_ms: "Latency", memory_gb: "Memory", model_size_gb: "Size" }[key],
      value: formatQuantity(key, uncompressed.value),
      note: `this solution ${formatSigned(change)} %`,
    };
  });
  return { title: `Uncompressed (${reference.dtype}) in ${titleOfRuntime(recipe.runtime)}`, rows };
}

function energyOf({ figures }: SolutionView): DetailSection {
  const { extra } = figures.co2_grams;
  const wh = numberIn(extra, "energy_wh_per_1000_tokens");
  const factor = numberIn(extra, "factor_g_per_kwh");
  const rows: DetailRow[] = [];
  if (wh !== null) rows.push({ label: "Energy per 1,000 tokens", value: `${formatNumber(wh * 1000)} mWh`, note: [extra.source, extra.covers].filter((part) => typeof part === "string").join(": ") });
  if (factor !== null) rows.push({ label: "Grid", value: `${formatNumber(factor)} g/kWh`, note: [extra.region, extra.factor_source, extra.year].filter(Boolean).join(", ") });
  return { title: "Energy", rows };
}

function originOf({ recipe, artifactHash, device, labels }: SolutionView): DetailSection {
  const rows: DetailRow[] = [{ label: "Recipe", value: recipeText(recipe) }];
  for (const { method, when } of recipe.steps) {
    if (when) rows.push({ label: `Condition of ${method}`, value: `${when.figure} ${when.op} ${when.value}`, note: typeof when.otherwise === "string" ? `else ${when.otherwise}` : "else other steps" });
  }
  if (labels.length > 0) rows.push({ label: "Mind", value: labels.join("; ") });
  rows.push({ label: "Measured on", value: device });
  if (artifactHash) rows.push({ label: "Artifact", value: artifactHash });
  return { title: "Origin", rows };
}

/** What the runner said of making it: its notes, where it loads, and how good its estimate was. */
function makingOf(artifact: ArtifactRecord | null): DetailSection {
  if (!artifact) return { title: "Making", rows: [] };
  const loads: DetailRow[] = artifact.loads.map(({ runtime, loaded, reason }) => ({ label: `Loads in ${titleOfRuntime(runtime)}`, value: loaded ? "yes, tried" : "no", note: reason }));
  return { title: "Making", rows: [...loads, ...makingRows(artifact)] };
}

/** How many attempts it took to make an artifact, and what came of each of its steps. */
export function prepareAttempts(artifact: ArtifactRecord | null, takenOver: boolean): DetailRow[] {
  if (!artifact) return [{ label: "Attempts", value: takenOver ? "none: it was taken over" : "none: nothing had to be made" }];
  const tries = artifact.retries.length;
  return [{ label: "Attempts", value: String(tries + 1), note: tries === 0 ? "memory never ran out" : "" }, ...makingRows(artifact)];
}

function makingRows({ notes, steps, retries, estimate }: ArtifactRecord): DetailRow[] {
  const rows: DetailRow[] = [];
  for (const { method, taken, reason } of steps) if (!taken || reason) rows.push({ label: `Step ${method}`, value: taken ? "taken" : "not taken", note: reason });
  if (estimate) {
    const { seconds, memory_gb: memory, artifact_gb: size } = estimate.estimate;
    rows.push(
      { label: "Time", value: formatSeconds(estimate.seconds), note: `estimated ${formatSeconds(seconds.low)} to ${formatSeconds(seconds.high)}` },
      { label: "Memory to make it", value: `${formatNumber(estimate.memory_gb)} GB`, note: `estimated ${formatNumber(memory.low)} to ${formatNumber(memory.high)}` },
      { label: "Bytes of the artifact", value: formatQuantity("model_size_gb", estimate.artifact_gb), note: `estimated ${formatQuantity("model_size_gb", size.low)} to ${formatQuantity("model_size_gb", size.high)}` },
    );
  }
  retries.forEach((retry) => rows.push({ label: "Tried again", value: retry }));
  notes.forEach((note, index) => rows.push({ label: index === 0 ? "Notes" : "", value: note }));
  return rows;
}

function numberIn(extra: Record<string, unknown>, name: string): number | null {
  const value = extra[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
