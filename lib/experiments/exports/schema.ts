import { z } from "zod";

export const exportFormats = ["csv", "parquet", "json", "html", "optuna"] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const exportQuerySchema = z.object({ format: z.enum(exportFormats, `Name a format: ${exportFormats.join(", ")}.`).default("csv") });

export const formatWords: Record<ExportFormat, string> = {
  csv: "CSV",
  parquet: "Parquet",
  json: "JSON, all result files",
  html: "HTML, one file",
  optuna: "Optuna storage (SQLite)",
};
