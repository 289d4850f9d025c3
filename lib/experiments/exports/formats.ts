import { exportOptuna } from "@/lib/runner/client";
import { fileContentsOf } from "@/lib/experiments/file-contents";
import type { ExperimentView } from "@/lib/experiments/schema";
import { visualizationHtml } from "@/lib/experiments/visualization";
import { csvOf } from "./csv";
import { optunaStudyOf } from "./optuna";
import { parquetOf } from "./parquet";
import { tableOf } from "./rows";
import type { ExportFormat } from "./schema";

interface Made {
  type: string;
  extension: string;
  body: string | ArrayBuffer;
}

const makers: Record<ExportFormat, (view: ExperimentView) => Made | Promise<Made>> = {
  csv: (view) => ({ type: "text/csv; charset=utf-8", extension: "csv", body: csvOf(tableOf(view)) }),
  parquet: (view) => ({ type: "application/vnd.apache.parquet", extension: "parquet", body: parquetOf(tableOf(view)) }),
  json: (view) => ({ type: "application/json", extension: "json", body: `${JSON.stringify(fileContentsOf(view), null, 2)}\n` }),
  html: (view) => ({ type: "text/html; charset=utf-8", extension: "html", body: visualizationHtml(view) }),
  optuna: async (view) => ({ type: "application/vnd.sqlite3", extension: "optuna.db", body: await exportOptuna(optunaStudyOf(view)) }),
};

/** An experiment as one file to save. It is never shown in the browser, where names in it would run under this origin. */
export async function exportFile(view: ExperimentView, format: ExportFormat): Promise<Response> {
  const { type, extension, body } = await makers[format](view);
  const name = `${view.name.replaceAll(/[^\w.-]+/g, "_")}.${extension}`;
  return new Response(body, { headers: { "content-type": type, "content-disposition": `attachment; filename="${name}"`, "x-content-type-options": "nosniff" } });
}
