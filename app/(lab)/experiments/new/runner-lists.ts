import type { RunnerLists } from "@/components/experiments/launch/choices";
import { toAppError } from "@/lib/errors";
import { listBenchmarks, listMethods } from "@/lib/runner/client";

/** The form can be filled in while the runner is away, so its absence is a state of the page and not an error. */
export async function readRunnerLists(): Promise<RunnerLists> {
  try {
    const [benchmarks, methods] = await Promise.all([listBenchmarks(), listMethods()]);
    return {
      ok: true,
      benchmarks: benchmarks.map(({ name, title, like, metric, items, source, availability }) => ({ name, title, like, metric, items, own: source === "own", ...presence(availability) })),
      methods: methods.map(({ name, title, summary, availability }) => ({ name, title, summary, ...presence(availability) })),
    };
  } catch (error) {
    const { message, remedy } = toAppError(error);
    return { ok: false, message, remedy };
  }
}

function presence(availability: { available: boolean; reason?: string; remedy?: string }) {
  return { available: availability.available, reason: availability.reason ?? "", remedy: availability.remedy ?? "" };
}
