import { expect, test } from "vitest";
import { testView, testViewSaying } from "@/lib/experiments/testing/views";
import { hostileFormulas, hostileMarkup } from "@/lib/testing/hostile-texts";
import { csvOf } from "./csv";
import { exportFile } from "./formats";
import { optunaStudyOf } from "./optuna";
import { parquetOf } from "./parquet";
import { tableOf } from "./rows";

test("what a spreadsheet would run is text in the CSV, and numbers stay numbers", () => {
  const text = csvOf({ columns: ["a", "b"], rows: [["=1+1", -2], ["@x\"y", null], ["\t=cmd", true], ["plain, with comma", 1e-9]] });
  expect(text).toBe('a,b\r\n\'=1+1,-2\r\n"\'@x""y",\r\n\'\t=cmd,true\r\n"plain, with comma",1e-9\r\n');
});

test("every solution is a row with all five figures and their intervals", () => {
  const view = testView();
  const { columns, rows } = tableOf(view);
  expect(rows).toHaveLength(view.solutions.length);
  for (const row of rows) expect(row).toHaveLength(columns.length);
  for (const key of ["accuracy", "latency_ms_low", "co2_grams_high", "recipe"]) expect(columns).toContain(key);
});

test("the Parquet file begins and ends as one", () => {
  const bytes = Buffer.from(parquetOf(tableOf(testView())));
  expect([bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual(["PAR1", "PAR1"]);
});

test("episodes are trials with five values, failed ones without", () => {
  const view = testView();
  const study = optunaStudyOf(view);
  expect(study.directions).toEqual(["maximize", "minimize", "minimize", "minimize", "minimize"]);
  const ended = view.episodes.filter(({ endedAt }) => endedAt !== null);
  expect(study.trials).toHaveLength(ended.length);
  for (const { values } of study.trials) if (values) expect(values).toHaveLength(5);
});

/** The cells of RFC 4180 text, as a spreadsheet reads them. */
function cellsOf(csv: string): string[] {
  return [...csv.matchAll(/(?:^|,|\r\n)(?:"((?:[^"]|"")*)"|([^,\r\n]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "");
}

test("whatever names, labels and methods hold, no cell of the CSV is a formula, and each is kept whole", () => {
  for (const text of [...hostileMarkup, ...hostileFormulas]) {
    const table = tableOf(testViewSaying(text));
    const cells = cellsOf(csvOf(table));
    expect(cells, text).toHaveLength((table.rows.length + 1) * table.columns.length + 1);
    expect(cells.filter((cell) => /^[=+\-@\t\r\n]/.test(cell) && !Number.isFinite(Number(cell))), text).toEqual([]);
    expect(cells).toContain(/^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text);
  }
});

test("an export is saved, never shown, under a harmless name, and its JSON says what was said", async () => {
  for (const text of [...hostileMarkup, ...hostileFormulas]) {
    for (const format of ["csv", "json", "html"] as const) {
      const reply = await exportFile(testViewSaying(text), format);
      expect(reply.headers.get("content-disposition")).toMatch(/^attachment; filename="[\w.-]+"$/);
      expect(reply.headers.get("x-content-type-options")).toBe("nosniff");
      if (format === "json") expect(((await reply.json()) as { frontier: { model: string } }).frontier.model).toBe(text);
    }
  }
});
