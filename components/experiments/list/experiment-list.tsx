"use client";

import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { getJson } from "@/components/api";
import { ExperimentRow } from "@/components/experiments/list/experiment-row";
import { FirstRun } from "@/components/experiments/list/first-run";
import { pageSize } from "@/components/experiments/list/page-size";
import { isLive } from "@/components/experiments/words";
import { ButtonLink } from "@/components/ui/button";
import { Notice } from "@/components/ui/panel";
import { useRowKeys } from "@/components/use-row-keys";
import type { ExperimentSummary, Page } from "@/lib/experiments/schema";

const columns = [
  { label: "Experiment", className: "text-left" },
  { label: "Model", className: "hidden text-left lg:table-cell" },
  { label: "Status", className: "text-left" },
  { label: "Episodes", className: "text-right" },
  { label: "On the front", className: "hidden text-right sm:table-cell" },
  { label: "Hypervolume", className: "hidden text-right md:table-cell" },
  { label: "Started", className: "hidden text-right md:table-cell" },
  { label: "Duration", className: "hidden text-right sm:table-cell" },
];

export function ExperimentList({ initial, cursor }: { initial: Page<ExperimentSummary>; cursor: string | null }) {
  const [filter, setFilter] = useState("");
  const table = useRef<HTMLTableElement>(null);
  useRowKeys(table);
  const query = useQuery({
    queryKey: ["experiments", cursor],
    queryFn: ({ signal }) => {
      const search = new URLSearchParams({ limit: String(pageSize), ...(cursor ? { cursor } : {}) });
      return getJson<Page<ExperimentSummary>>(`/api/v1/experiments?${search}`, signal);
    },
    initialData: initial,
    // Experiments may also be started from elsewhere, so a quiet list is looked at too, only less often.
    refetchInterval: ({ state }) => (state.data?.items.some((item) => isLive(item.status)) ? 3_000 : 15_000),
  });
  const { items, nextCursor } = query.data;
  if (items.length === 0 && !cursor) return <FirstRun />;

  const wanted = filter.trim().toLowerCase();
  const shown = wanted ? items.filter((item) => `${item.name} ${item.model} ${item.status}`.toLowerCase().includes(wanted)) : items;
  return (
    <div className="grid grid-cols-1 gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <input
          type="search"
          data-page-filter
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") event.currentTarget.blur();
          }}
          placeholder="Filter by name, model or status"
          aria-label="Filter the experiments on this page"
          className="control w-72 max-w-full"
        />
        <p role="status" className="text-xs text-ink-3">
          {wanted ? `${shown.length} of ${items.length} on this page` : ""}
        </p>
      </div>
      {query.isError ? (
        <Notice tone="warn" role="status" title="This list may be out of date">
          {query.error.message} It is asked again by itself.
        </Notice>
      ) : null}
      <div className="relative overflow-x-auto rounded-md border border-line">
        <table ref={table} className="w-full">
          <thead>
            <tr className="h-8 border-b border-line bg-panel text-xs text-ink-2">
              {columns.map(({ label, className }) => (
                <th key={label} scope="col" className={`px-3 font-medium whitespace-nowrap ${className}`}>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((experiment) => (
              <ExperimentRow key={experiment.id} experiment={experiment} />
            ))}
          </tbody>
        </table>
        {shown.length === 0 ? <p className="p-3 text-ink-2">{wanted ? `Nothing on this page matches "${filter}".` : "There are no older experiments."}</p> : null}
      </div>
      {cursor || nextCursor ? (
        <nav aria-label="Pages" className="flex gap-2">
          {cursor ? <ButtonLink href="/experiments">Newest</ButtonLink> : null}
          {nextCursor ? <ButtonLink href={`/experiments?cursor=${nextCursor}`}>Older</ButtonLink> : null}
        </nav>
      ) : null}
    </div>
  );
}
