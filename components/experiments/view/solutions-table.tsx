"use client";

import { clsx } from "clsx";
import { ChevronDown, ChevronUp } from "lucide-react";
import { useMemo, useRef } from "react";
import { MarkGlyph } from "@/components/experiments/view/mark";
import { prepareTable, type Cell, type Row } from "@/components/experiments/view/prepare-table";
import type { SortKey } from "@/components/experiments/view/view-state";
import { useRowKeys } from "@/components/use-row-keys";
import { objectives } from "@/lib/domain/objectives";
import type { SolutionView } from "@/lib/experiments/schema";

interface Props {
  solutions: SolutionView[];
  sort: SortKey;
  descending: boolean;
  selected: ReadonlySet<number>;
  hovered: number | null;
  onSort: (key: SortKey) => void;
  onHover: (number: number | null) => void;
  onSelect: (number: number, add: boolean) => void;
}

export function SolutionsTable({ solutions, sort, descending, selected, hovered, onSort, onHover, onSelect }: Props) {
  const { shared, scales, rows } = useMemo(() => prepareTable(solutions, sort, descending), [solutions, sort, descending]);
  const table = useRef<HTMLTableElement>(null);
  useRowKeys(table);
  const columns = objectives.map(({ key, label, direction }) => ({ key, label, unit: scales[key].unit, better: direction === "max" ? "↑" : "↓" }));
  const ariaSort = (key: SortKey) => (sort === key ? (descending ? "descending" : "ascending") : undefined);
  return (
    <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label="Table of solutions">
      <table ref={table} className="w-full">
        <caption className="sr-only">All solutions with their five figures, 95 % intervals and differences to the baseline</caption>
        <thead>
          <tr className="border-b border-line bg-panel text-xs text-ink-2">
            <th scope="col" className="w-9 px-3">
              <span className="sr-only">Selected</span>
            </th>
            <th scope="col" aria-sort={ariaSort("number")} className="px-2 text-left font-medium">
              <SortButton label="Solution" active={sort === "number"} descending={descending} onClick={() => onSort("number")} />
            </th>
            {columns.map(({ key, label, unit, better }) => (
              <th key={key} scope="col" aria-sort={ariaSort(key)} className="px-2 text-right font-medium">
                <SortButton label={label} detail={`${unit} ${better}`.trim()} active={sort === key} descending={descending} onClick={() => onSort(key)} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody onMouseLeave={() => onHover(null)}>
          {rows.map((row) => (
            <SolutionRow
              key={row.number}
              row={row}
              selected={selected.has(row.number)}
              hovered={hovered === row.number}
              onHover={onHover}
              onSelect={onSelect}
            />
          ))}
        </tbody>
      </table>
      {shared.length > 0 ? <p className="border-t border-line px-3 py-1.5 text-xs text-ink-2">For all: {shared.join(", ")}</p> : null}
    </div>
  );
}

function SortButton({ label, detail, active, descending, onClick }: { label: string; detail?: string; active: boolean; descending: boolean; onClick: () => void }) {
  return (
    <button type="button" onClick={onClick} className={clsx("inline-flex h-8 items-center gap-1 rounded-sm whitespace-nowrap hover:text-ink", active && "text-ink")}>
      {label}
      {detail ? <span className="font-normal text-ink-3">{detail}</span> : null}
      <span className="w-3">{active ? descending ? <ChevronDown size={12} aria-hidden /> : <ChevronUp size={12} aria-hidden /> : null}</span>
    </button>
  );
}

interface RowProps {
  row: Row;
  selected: boolean;
  hovered: boolean;
  onHover: (number: number | null) => void;
  onSelect: (number: number, add: boolean) => void;
}

function SolutionRow({ row, selected, hovered, onHover, onSelect }: RowProps) {
  return (
    <tr
      data-row
      data-number={row.number}
      onMouseEnter={() => onHover(row.number)}
      onFocus={() => onHover(row.number)}
      onClick={(event) => onSelect(row.number, event.shiftKey)}
      className={clsx("h-11 cursor-pointer border-b border-line last:border-0 focus-within:bg-hover", selected ? "bg-selected" : hovered && "bg-hover")}
    >
      <td className="px-3">
        <input
          type="checkbox"
          data-row-focus
          data-row-select
          checked={selected}
          onChange={() => onSelect(row.number, true)}
          onClick={(event) => event.stopPropagation()}
          aria-label={`Select solution ${row.number}, ${row.label}`}
          className="block size-4 accent-[var(--accent)]"
        />
      </td>
      <td className="min-w-44 px-2 py-1">
        <span className="flex items-center gap-2">
          <MarkGlyph mark={row.mark} />
          <span className="w-5 shrink-0 text-right text-ink-3">{row.number}</span>
          <span className="min-w-0">
            {row.label}
            {row.labels.length > 0 ? <span className="block text-xs text-ink-2">{row.labels.join(", ")}</span> : null}
          </span>
        </span>
      </td>
      {row.cells.map((cell) => (
        <FigureCell key={cell.key} cell={cell} />
      ))}
    </tr>
  );
}

const verdicts = {
  better: { className: "text-good", word: "better" },
  worse: { className: "text-bad", word: "worse" },
  within: { className: "text-ink-3", word: "within the interval" },
};

function FigureCell({ cell }: { cell: Cell }) {
  const verdict = cell.delta ? verdicts[cell.delta.verdict] : null;
  return (
    <td className="px-2 pr-6 text-right leading-4 whitespace-nowrap">
      {cell.value}
      {cell.spread ? <span className="text-ink-3"> ± {cell.spread}</span> : null}
      {cell.delta && verdict ? (
        <span className={clsx("block text-xs", verdict.className)} title={verdict.word}>
          <span aria-hidden>{cell.delta.arrow} </span>
          {cell.delta.text}
          <span className="sr-only"> {verdict.word}</span>
        </span>
      ) : null}
    </td>
  );
}
