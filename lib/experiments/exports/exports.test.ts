import { expect, test } from "vitest";
import { testView } from "@/lib/experiments/testing/views";
import { csvOf } from "./csv";
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
