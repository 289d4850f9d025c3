import { objectives } from "@/lib/domain/objectives";
import type { SolutionView } from "@/lib/experiments/schema";

/** Comma-separated figures of all solutions with both ends of each interval, in the objectives' own units. */
export function solutionsCsv(solutions: readonly SolutionView[]): string {
  const header = ["number", "label", "method", "baseline", "on_front", ...objectives.flatMap(({ key }) => [key, `${key}_low`, `${key}_high`])];
  const rows = solutions.map((solution) => [
    solution.number,
    solution.label,
    solution.method,
    solution.isBaseline,
    solution.onFront,
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

export function saveText(text: string, fileName: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
