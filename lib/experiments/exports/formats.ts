import { asDownload } from "@/lib/download";
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

/** An experiment as one file to save. */
export async function exportFile(view: ExperimentView, format: ExportFormat): Promise<Response> {
  const { type, extension, body } = await makers[format](view);
  return asDownload(body, { name: `${view.name}.${extension}`, type });
}
