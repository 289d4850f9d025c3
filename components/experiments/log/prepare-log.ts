import type { LogFilter, LogLevel } from "@/components/experiments/view/view-state";
import type { LogLine } from "@/lib/experiments/log-schema";

export const levelWords: Record<LogLevel, string> = { all: "everything", messages: "without what libraries print", warnings: "warnings and errors" };

/** The lines that pass the filters, in their order. */
export function filterLines(lines: readonly LogLine[], { level, text }: Pick<LogFilter, "level" | "text">): LogLine[] {
  const wanted = text.trim().toLowerCase();
  return lines.filter((line) => {
    if (level === "messages" && line.level === "output") return false;
    if (level === "warnings" && line.level !== "warning" && line.level !== "error") return false;
    return wanted === "" || `${line.stage} ${line.message}`.toLowerCase().includes(wanted);
  });
}

/** As many as are drawn at once; the rest is counted and drawn on demand. */
export const mostDrawn = 1_000;

export function logText(lines: readonly LogLine[]): string {
  return lines.map(({ at, level, stage, message }) => `${at} ${level} ${stage} ${message}\n`).join("");
}

/** What is known about the log apart from its lines; null when nothing needs to be said. */
export function logNote({ lines, shown, kept, ended }: { lines: number; shown: number; kept: boolean; ended: boolean }): string | null {
  if (!kept) return "The runner keeps the logs of its last thousand jobs; this one was removed.";
  if (lines === 0) return ended ? "Nothing was written: no job was run for this." : "No line yet.";
  return shown === 0 ? "No line passes the filters." : null;
}
