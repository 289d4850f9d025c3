import type { OfferChoice, RunnerLists } from "@/components/experiments/launch/choices";
import { toAppError } from "@/lib/errors";
import { listBenchmarks, listMethods, listRuntimes, type MethodInfo, type RuntimeInfo } from "@/lib/runner/client";

/** The form can be filled in while the runner is away, so its absence is a state of the page and not an error. */
export async function readRunnerLists(): Promise<RunnerLists> {
  try {
    const [benchmarks, methods, runtimes] = await Promise.all([listBenchmarks(), listMethods(), listRuntimes()]);
    return {
      ok: true,
      benchmarks: benchmarks.map(({ name, title, like, metric, items, source, availability }) => ({ name, title, like, metric, items, own: source === "own", ...presence(availability) })),
      methods: methods.map(offerOf),
      runtimes: runtimes.map(offerOf),
    };
  } catch (error) {
    const { message, remedy } = toAppError(error);
    return { ok: false, message, remedy };
  }
}

function offerOf({ name, title, summary, availability }: MethodInfo | RuntimeInfo): OfferChoice {
  return { name, title, summary, ...presence(availability) };
}

function presence(availability: { available: boolean; reason?: string; remedy?: string }) {
  return { available: availability.available, reason: availability.reason ?? "", remedy: availability.remedy ?? "" };
}
