import type { LogLine } from "./log-schema";
import type { LogEvent } from "./schema";

/** What the lab did, as lines of a log. */
export function eventLineOf({ type, at, data }: LogEvent): LogLine {
  return { at, level: levelOf(type), stage: type, message: wordsOf(type, data) };
}

function levelOf(type: LogEvent["type"]): string {
  if (type === "episode.failed" || type === "experiment.failed") return "error";
  return type === "experiment.stopping" ? "warning" : "info";
}

function wordsOf(type: LogEvent["type"], data: LogEvent["data"]): string {
  const text = (name: string): string => (typeof data[name] === "string" || typeof data[name] === "number" ? String(data[name]) : "");
  const episode = `Episode ${text("number")}`;
  switch (type) {
    case "experiment.created":
      return "Created";
    case "experiment.started":
      return "Taken up by the engine";
    case "experiment.stage":
      return text("stage");
    case "experiment.stopping":
      return "A person stops it";
    case "experiment.steered":
      return `${text("by")} steers: ${JSON.stringify(data.change)}`;
    case "experiment.reflected":
      return "Looked back on the episodes so far";
    case "plan.changed":
      return `The plan was changed${text("by") ? ` by ${text("by")}` : ""}`;
    case "episode.started":
      return `${episode} begins`;
    case "episode.decided":
      return `${episode}: ${text("label")}, decided by ${text("decidedBy")}`;
    case "episode.stage":
      return `${episode}: ${text("status")}`;
    case "episode.recorded":
      return `${episode}: ${text("label")} ${data.onFront ? "is on the front" : "is not on the front"}, hypervolume ${text("hypervolume")}`;
    case "episode.failed":
      return `${episode} ${text("status") || "failed"}: ${text("code")}: ${text("message")}`;
    case "experiment.finished":
    case "experiment.failed":
      return `Ended: ${text("reason")}`;
  }
}
