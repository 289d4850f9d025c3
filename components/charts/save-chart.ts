import { objectives } from "@/lib/domain/objectives";
import type { SolutionPoint } from "@/lib/experiments/page-schema";

/** Comma-separated figures of all solutions with both ends of each interval, in the objectives' own units. */
export function solutionsCsv(solutions: readonly SolutionPoint[]): string {
  const header = ["number", "label", "method", "baseline", "on_front", "feasible", ...objectives.flatMap(({ key }) => [key, `${key}_low`, `${key}_high`])];
  const rows = solutions.map((solution) => [
    solution.number,
    solution.label,
    solution.method,
    solution.isBaseline,
    solution.onFront,
    solution.feasible,
    ...objectives.flatMap(({ key }) => [solution.figures[key].value, solution.figures[key].low, solution.figures[key].high]),
  ]);
  return [header, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** A text that begins like a formula is quoted with an apostrophe, since spreadsheets would run it. */
function cell(value: string | number | boolean): string {
  if (typeof value !== "string") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function saveFile(content: Blob, fileName: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
