import { parquetWriteBuffer, type BasicType } from "hyparquet-writer";
import type { Cell, ExportTable } from "./rows";

/** An Apache Parquet file with one column for each of the table's; integers are only what counts something. */
export function parquetOf({ columns, rows }: ExportTable): ArrayBuffer {
  const columnData = columns.map((name, index) => {
    const cells = rows.map((row) => row[index] ?? null);
    return { name, data: cells, type: typeOf(name, cells), nullable: true };
  });
  return parquetWriteBuffer({ columnData });
}

function typeOf(name: string, cells: readonly Cell[]): BasicType {
  if (name === "episode") return "INT32";
  const known = cells.find((cell) => cell !== null);
  if (typeof known === "boolean") return "BOOLEAN";
  return typeof known === "number" ? "DOUBLE" : "STRING";
}
