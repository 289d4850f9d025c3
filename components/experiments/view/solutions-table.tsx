"use client";

import { clsx } from "clsx";
import { ChevronDown, ChevronUp } from "lucide-react";
import { useMemo, useRef } from "react";
import { recipeText } from "@/components/experiments/recipe-text";
import { SolutionLink } from "@/components/experiments/view/solution-link";
import { MarkGlyph } from "@/components/experiments/view/mark";
import { prepareTable, type Cell, type Row } from "@/components/experiments/view/prepare-table";
import type { Scene } from "@/components/charts/scene";
import { useIsHovered, type HoverStore } from "@/components/experiments/view/hover-store";
import type { ChangeView } from "@/components/experiments/view/use-view-state";
import { withSort, type SortKey, type ViewState } from "@/components/experiments/view/view-state";
import { Button } from "@/components/ui/button";
import { useRowKeys } from "@/components/use-row-keys";
import { objectives } from "@/lib/domain/objectives";

interface Props {
  scene: Scene;
  view: Pick<ViewState, "sort" | "descending" | "page">;
  change: ChangeView;
  hover: HoverStore;
  selected: ReadonlySet<number>;
  onSelect: (number: number, add: boolean) => void;
  /** Shows each solution's recipe and the way to its page. */
  experimentId?: string;
}

export function SolutionsTable({ scene, view, change, hover, selected, onSelect, experimentId }: Props) {
  const { sort, descending, page } = view;
  const { shared, scales, rows, ...part } = useMemo(() => prepareTable(scene, { sort, descending, page }), [scene, sort, descending, page]);
  const table = useRef<HTMLTableElement>(null);
  useRowKeys(table);
  const columns = objectives.map(({ key, label, direction }) => ({ key, label, unit: scales[key].unit, better: direction === "max" ? "↑" : "↓" }));
  const ariaSort = (key: SortKey) => (sort === key ? (descending ? "descending" : "ascending") : undefined);
  const onSort = (key: SortKey): void => change((state) => withSort(state, key));
  return (
    <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label="Table of solutions">
      <table ref={table} id="solutions-table" className="w-full">
        <caption className="sr-only">Solutions with their five figures, 95 % intervals and differences to the baseline</caption>
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
        <tbody onMouseLeave={() => hover.set(null)}>
          {rows.map((row) => (
            <SolutionRow key={row.number} row={row} selected={selected.has(row.number)} hover={hover} onSelect={onSelect} experimentId={experimentId} />
          ))}
        </tbody>
      </table>
      {rows.length === 0 ? <p className="p-3 text-ink-2">No solution passes the filters.</p> : null}
      <TablePages {...part} rows={rows.length} onPage={(next) => change((state) => ({ ...state, page: next }))} />
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

/** Where the page stands in all that passes the filters. */
function TablePages({ page, pages, first, rows, total, onPage }: { page: number; pages: number; first: number; rows: number; total: number; onPage: (page: number) => void }) {
  if (pages === 1) return null;
  return (
    <nav aria-label="Pages of solutions" className="flex items-center gap-2 border-t border-line px-3 py-1.5 text-xs text-ink-2">
      <span className="figures">
        {first + 1} to {first + rows} of {total}
      </span>
      <Button variant="quiet" className="h-7 px-2 text-xs" disabled={page === 0} onClick={() => onPage(page - 1)}>
        Previous
      </Button>
      <Button variant="quiet" className="h-7 px-2 text-xs" disabled={page === pages - 1} onClick={() => onPage(page + 1)}>
        Next
      </Button>
    </nav>
  );
}

interface RowProps {
  row: Row;
  selected: boolean;
  hover: HoverStore;
  onSelect: (number: number, add: boolean) => void;
  experimentId: string | undefined;
}

function SolutionRow({ row, selected, hover, onSelect, experimentId }: RowProps) {
  const hovered = useIsHovered(hover, row.number);
  return (
    <tr
      data-row
      data-number={row.number}
      onMouseEnter={() => hover.set(row.number)}
      onFocus={() => hover.set(row.number)}
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
            {experimentId === undefined ? row.label : <SolutionLink experimentId={experimentId} number={row.number} label={row.label} />}
            {experimentId === undefined ? null : <span className="block font-mono text-xs break-words text-ink-3">{recipeText(row.recipe)}</span>}
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
