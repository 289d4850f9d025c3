import { formatFigure } from "@/lib/domain/format";
import type { SolutionPoint } from "@/lib/experiments/page-schema";
import type { EpisodeView, ExperimentView } from "@/lib/experiments/schema";
import type { PlanRow } from "./queries";
import type { PlanCheck, PlanEvidence, PlanStatus } from "./schema";

export interface Progress {
  id: string;
  status: PlanStatus;
  evidence: PlanEvidence[];
}

/** What a plan is judged by. */
export interface Judged extends Pick<ExperimentView, "endedAt" | "episodes"> {
  solutions: readonly Pick<SolutionPoint, "number" | "label" | "isBaseline" | "onFront" | "feasible" | "partial" | "figures">[];
}

/** Failures after which an item is given up: what failed twice for the same kind of recipe tends to fail again. */
const mostFailures = 2;
const mostEvidence = 5;

/** How far the planner's items are, from what was measured alone; only those whose status or evidence changed. */
export function progressOf(items: readonly PlanRow[], view: Judged): Progress[] {
  return items.flatMap((item) => {
    if (!item.check) return [];
    const found = judge(item.check, view);
    // Evidence from before it was begun, such as a memory's, stays until there is some of its own.
    const evidence = found.evidence.length > 0 ? found.evidence : item.evidence;
    const same = found.status === item.status && JSON.stringify(evidence) === JSON.stringify(item.evidence);
    return same ? [] : [{ id: item.id, status: found.status, evidence }];
  });
}

function judge(check: PlanCheck, view: Judged): { status: PlanStatus; evidence: PlanEvidence[] } {
  const isOver = view.endedAt !== null;
  if (check.kind === "end") {
    return isOver ? { status: "done", evidence: [{ episode: null, text: closing(view) }] } : { status: "todo", evidence: [] };
  }
  if (check.kind === "feasible") {
    const feasible = view.solutions.filter((solution) => !solution.isBaseline && solution.feasible && !solution.partial);
    if (feasible.length > 0) return { status: "done", evidence: feasible.slice(0, mostEvidence).map(({ number, label }) => ({ episode: number, text: `${label} keeps them` })) };
    return isOver ? gaveUp("No compressed solution keeps them.") : { status: view.solutions.length > 1 ? "doing" : "todo", evidence: [] };
  }
  const matching = view.episodes.filter((episode) => (check.kind === "baseline" ? episode.number === 0 : episode.number > 0 && matches(check, episode)));
  const done = matching.filter((episode) => episode.status === "done");
  if (done.length > 0) return { status: "done", evidence: done.slice(0, mostEvidence).map((episode) => ({ episode: episode.number, text: outcomeOf(episode, view) })) };
  const failed = matching.filter((episode) => episode.status === "failed");
  const failures = failed.slice(0, mostEvidence).map((episode) => ({ episode: episode.number, text: `${episode.decision?.label ?? "Episode"} failed: ${episode.error?.message ?? ""}` }));
  if (matching.some((episode) => !episode.endedAt)) return { status: "doing", evidence: failures };
  if (failed.length >= mostFailures) return { status: "skipped", evidence: failures };
  return isOver ? { status: "skipped", evidence: failures.length > 0 ? failures : [{ episode: null, text: "The experiment ended before." }] } : { status: "todo", evidence: failures };
}

function gaveUp(text: string): { status: PlanStatus; evidence: PlanEvidence[] } {
  return { status: "skipped", evidence: [{ episode: null, text }] };
}

function matches(check: PlanCheck, { number, decision }: EpisodeView): boolean {
  const recipe = decision?.recipe;
  if (!recipe) return false;
  const used = new Set(recipe.steps.map((step) => step.method));
  if (check.kind === "method") return number > check.after && check.methods.some((method) => used.has(method));
  if (check.kind === "runtime") return check.runtimes.includes(recipe.runtime);
  return check.kind === "combination" && recipe.steps.length > 1 && check.methods.every((method) => used.has(method));
}

function outcomeOf(episode: EpisodeView, view: Judged): string {
  const solution = view.solutions.find(({ number }) => number === episode.number);
  if (!solution) return episode.decision?.label ?? "";
  const figures = `accuracy ${formatFigure("accuracy", solution.figures.accuracy)}, ${formatFigure("model_size_gb", solution.figures.model_size_gb)}, ${formatFigure("latency_ms", solution.figures.latency_ms)}`;
  return `${solution.label}: ${figures}${solution.onFront && !solution.isBaseline ? ", on the front" : ""}`;
}

function closing(view: Judged): string {
  const front = view.solutions.filter(({ onFront, isBaseline }) => onFront && !isBaseline);
  return front.length > 0 ? `On the front: ${front.map(({ label }) => label).slice(0, 8).join("; ")}` : "Nothing compressed is on the front.";
}
