import type { OfferChoice, RunnerLists } from "@/components/experiments/launch/choices";
import { toAppError } from "@/lib/errors";
import { listBenchmarks, listMethods, listRuntimes, listStrategies, listTemplates, type MethodInfo, type RuntimeInfo, type StrategyInfo } from "@/lib/runner/client";

/** The form can be filled in while the runner is away, so its absence is a state of the page and not an error. */
export async function readRunnerLists(): Promise<RunnerLists> {
  try {
    const [benchmarks, methods, runtimes, strategies, templates] = await Promise.all([listBenchmarks(), listMethods(), listRuntimes(), listStrategies(), listTemplates()]);
    return {
      ok: true,
      benchmarks: benchmarks.map(({ name, title, like, metric, items, source, availability }) => ({ name, title, like, metric, items, own: source === "own", ...presence(availability) })),
      methods: methods.map(offerOf),
      runtimes: runtimes.map(offerOf),
      strategies: strategies.map(offerOf),
      // One that measures only some of the items would not be comparable with the rest of the experiment.
      templates: templates.filter(({ mode }) => mode !== "proxy").map(({ name, title, summary }) => ({ name, title, summary, available: true, reason: "", remedy: "" })),
    };
  } catch (error) {
    const { message, remedy } = toAppError(error);
    return { ok: false, message, remedy };
  }
}

function offerOf({ name, title, summary, availability }: MethodInfo | RuntimeInfo | StrategyInfo): OfferChoice {
  return { name, title, summary, ...presence(availability) };
}

function presence(availability: { available: boolean; reason?: string; remedy?: string }) {
  return { available: availability.available, reason: availability.reason ?? "", remedy: availability.remedy ?? "" };
}
