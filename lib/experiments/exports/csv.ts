import type { Cell, ExportTable } from "./rows";

/**
 * RFC 4180 text. A cell that a spreadsheet would take for a formula (OWASP's list: it begins with = + - @, a tab or a
 * line break) gets an apostrophe before it; numbers are numbers and stay as they are.
 */
export function csvOf({ columns, rows }: ExportTable): string {
  return [columns, ...rows].map((row) => row.map(cellOf).join(",")).join("\r\n") + "\r\n";
}

function cellOf(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell !== "string") return String(cell);
  const safe = /^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
