import { clsx } from "clsx";
import Link from "next/link";
import { prepareRow, type RatioCell } from "@/components/memory/prepare-row";
import { RelativeTime } from "@/components/ui/relative-time";
import { minus } from "@/lib/domain/format";
import { objectives } from "@/lib/domain/objectives";
import type { MemoryRow } from "@/lib/skills/schema";

const head = "px-3 font-medium whitespace-nowrap";

export function MemoryTable({ rows, ranked }: { rows: readonly MemoryRow[]; ranked: boolean }) {
  return (
    <div className="overflow-x-auto rounded-md border border-line">
      <table className="w-full">
        <thead>
          <tr className="h-8 border-b border-line bg-panel text-xs text-ink-2">
            {ranked ? (
              <th scope="col" className={clsx(head, "text-right")}>
                Alike
              </th>
            ) : null}
            <th scope="col" className={clsx(head, "text-left")}>
              Recipe
            </th>
            <th scope="col" className={clsx(head, "text-left")}>
              Model
            </th>
            {objectives.map(({ key, label, direction }) => (
              <th key={key} scope="col" className={clsx(head, "text-right")}>
                {label} <span aria-label={direction === "max" ? "higher is better" : "lower is better"}>{direction === "max" ? "↑" : "↓"}</span>
              </th>
            ))}
            <th scope="col" className={clsx(head, "text-left")}>
              Found out in
            </th>
            <th scope="col" className={clsx(head, "text-right")}>
              When
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row} ranked={ranked} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, ranked }: { row: MemoryRow; ranked: boolean }) {
  const { label, recipe, cells, failure, similarity, source, note } = prepareRow(row);
  return (
    <tr data-row data-row-focus tabIndex={-1} className="border-b border-line last:border-0 focus-within:bg-hover hover:bg-hover focus:bg-hover">
      {ranked ? <td className="figures px-3 text-right">{similarity}</td> : null}
      <td className="min-w-44 px-3 py-1.5">
        <span title={recipe}>{label}</span>
        {note ? <span className="block text-xs text-ink-3">{note}</span> : null}
      </td>
      <td className="max-w-48 px-3">
        <span className="block truncate font-mono" title={row.model}>
          {row.model}
        </span>
        <span className="block truncate text-xs text-ink-3" title={`${row.device}; ${row.benchmarks.join(", ")}`}>
          {row.family}, {row.device}
        </span>
      </td>
      {cells ? (
        cells.map((cell) => <Ratio key={cell.key} cell={cell} />)
      ) : (
        <td colSpan={objectives.length} className="max-w-0 truncate px-3 text-bad" title={failure ?? undefined}>
          {failure}
        </td>
      )}
      <td className="max-w-56 truncate px-3" title={source.text}>
        {source.href ? (
          <Link href={source.href} className="rounded-sm text-accent hover:underline">
            {source.text}
          </Link>
        ) : (
          source.text
        )}
      </td>
      <td className="px-3 text-right text-ink-2">
        <RelativeTime at={row.at} />
      </td>
    </tr>
  );
}

/** The arrow says which way a figure went, its colour and name whether that is better, as in all tables. */
const tones = { better: "text-good", worse: "text-bad" } as const;

function Ratio({ cell }: { cell: RatioCell }) {
  return (
    <td className="figures px-3 text-right whitespace-nowrap">
      {cell.effect === "unclear" ? null : (
        <span className={`mr-1 text-xs ${tones[cell.effect]}`} role="img" aria-label={cell.effect}>
          {cell.change.startsWith(minus) ? "▼" : "▲"}
        </span>
      )}
      <span className={cell.effect === "unclear" ? "text-ink-3" : "text-ink"}>{cell.change}</span> <span className="text-xs text-ink-3">{cell.spread}</span>
    </td>
  );
}
