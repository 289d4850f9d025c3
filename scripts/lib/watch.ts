import { formatSeconds } from "@/lib/domain/format";
import type { ExperimentView, LiveProgress } from "@/lib/experiments/schema";
import type { Api } from "./api";
import { followExperiment } from "./follow";
import { episodeLines, eventLine } from "./print";

/** Prints an experiment line by line while it runs, and a line of progress below on a terminal. */
export async function watchExperiment(api: Api, started: { id: string; maxEpisodes: number }, signal: AbortSignal): Promise<ExperimentView> {
  const status = new StatusLine();
  const print = (line: string): void => {
    status.clear();
    console.log(line);
  };
  try {
    return await followExperiment(
      api,
      started.id,
      {
        onEvent: (event) => {
          const line = eventLine(event);
          if (line) print(line);
        },
        onSilence: () => print("• Nothing has begun yet. Either another experiment has the engine, or it cannot reach the app: data/logs/engine.log and web.log say why."),
        onProgress: (progress) => status.show(progress ? progressText(progress) : ""),
        onEpisode: (episode, solution) => episodeLines(episode, solution, started.maxEpisodes).forEach(print),
      },
      signal,
    );
  } finally {
    status.clear();
  }
}

function progressText({ kind, stage, message, fraction, etaSeconds }: LiveProgress): string {
  const percent = `${Math.round(fraction * 100)} %`;
  return `  ${kind === "compress" ? "compressing" : "evaluating"}: ${message || stage}, ${percent}${etaSeconds ? `, about ${formatSeconds(etaSeconds)} left` : ""}`;
}

/** One line that is rewritten in place; nothing at all where the output is no terminal. */
class StatusLine {
  #shown = false;

  show(text: string): void {
    if (!process.stderr.isTTY) return;
    process.stderr.write(`\r\u001b[2K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
    this.#shown = text !== "";
  }

  clear(): void {
    if (this.#shown) process.stderr.write("\r\u001b[2K");
    this.#shown = false;
  }
}
