"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { getJson } from "@/components/api";
import { ExperimentRow } from "@/components/experiments/list/experiment-row";
import { FirstRun } from "@/components/experiments/list/first-run";
import { listHref, searchOf, type ListView } from "@/components/experiments/list/list-view";
import { pageSize } from "@/components/experiments/list/page-size";
import { isLive, statusWords } from "@/components/experiments/words";
import { SavedViews } from "@/components/saved-views";
import { Button, ButtonLink } from "@/components/ui/button";
import { Notice } from "@/components/ui/panel";
import { useRowKeys } from "@/components/use-row-keys";
import type { ListedExperiment } from "@/lib/experiments/list-schema";
import { experimentStatuses, type Page } from "@/lib/experiments/schema";

const columns = [
  { label: "Select", className: "sr-only" },
  { label: "Experiment", className: "text-left" },
  { label: "Model", className: "hidden text-left xl:table-cell" },
  { label: "Status", className: "text-left" },
  { label: "Episodes", className: "text-right" },
  { label: "On the front", className: "hidden text-right lg:table-cell" },
  { label: "Hypervolume", className: "hidden text-left md:table-cell" },
  { label: "Best compromise", className: "hidden text-left lg:table-cell" },
  { label: "Work", className: "hidden text-right sm:table-cell" },
  { label: "Started", className: "hidden text-right md:table-cell" },
];

export function ExperimentList({ initial, view }: { initial: Page<ListedExperiment>; view: ListView }) {
  const router = useRouter();
  const [text, setText] = useState(view.q);
  const [chosen, setChosen] = useState<string[]>([]);
  const table = useRef<HTMLTableElement>(null);
  useRowKeys(table);

  // The address follows the text after a pause, and the server searches all experiments, not only this page.
  useEffect(() => {
    if (text.trim() === view.q) return;
    const timer = setTimeout(() => router.replace(listHref({ ...view, q: text.trim(), cursor: "" }), { scroll: false }), 250);
    return () => clearTimeout(timer);
  }, [text, view, router]);

  const query = useQuery({
    queryKey: ["experiments", view],
    queryFn: ({ signal }) => getJson<Page<ListedExperiment>>(`/api/v1/experiments?limit=${pageSize}&${searchOf(view)}`, signal),
    initialData: initial,
    placeholderData: keepPreviousData,
    // Experiments may also be started from elsewhere, so a quiet list is looked at too, only less often.
    refetchInterval: ({ state }) => (state.data?.items.some((item) => isLive(item.status)) ? 3_000 : 15_000),
  });
  const { items, nextCursor } = query.data;
  const filtered = view.q !== "" || view.status !== "";
  if (items.length === 0 && !view.cursor && !filtered) return <FirstRun />;

  const states = view.status.split(",").filter(Boolean);
  const toggle = (state: string): string => listHref({ ...view, cursor: "", status: (states.includes(state) ? states.filter((each) => each !== state) : [...states, state]).join(",") });
  return (
    <div className="grid grid-cols-1 gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <input
          type="search"
          data-page-filter
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") event.currentTarget.blur();
          }}
          placeholder="Filter by name or model"
          aria-label="Filter the experiments"
          className="control w-64 max-w-full"
        />
        <div role="group" aria-label="States" className="flex flex-wrap gap-1">
          {experimentStatuses.map((state) => (
            <ButtonLink key={state} href={toggle(state)} scroll={false} aria-current={states.includes(state) ? "true" : undefined} variant={states.includes(state) ? "plain" : "quiet"} className="h-7 px-2 text-xs">
              {statusWords[state]}
            </ButtonLink>
          ))}
        </div>
        <SavedViews page="experiments" href={listHref({ ...view, cursor: "" })} />
        {chosen.length > 0 ? (
          <span className="ml-auto flex items-center gap-2">
            <Button variant="quiet" onClick={() => setChosen([])}>
              Clear
            </Button>
            <ButtonLink href={`/analysis?ids=${chosen.join(",")}`}>Analyse {chosen.length}</ButtonLink>
            <ButtonLink href={`/compare?ids=${chosen.join(",")}`} variant="primary" aria-disabled={chosen.length < 2}>
              Compare {chosen.length}
            </ButtonLink>
          </span>
        ) : null}
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
            {items.map((experiment) => (
              <ExperimentRow
                key={experiment.id}
                experiment={experiment}
                chosen={chosen.includes(experiment.id)}
                onChoose={() => setChosen((now) => (now.includes(experiment.id) ? now.filter((id) => id !== experiment.id) : [...now, experiment.id].slice(-6)))}
              />
            ))}
          </tbody>
        </table>
        {items.length === 0 ? (
          <p className="p-3 text-ink-2">
            {filtered ? "No experiment matches this filter. " : "There are no older experiments. "}
            {filtered ? (
              <ButtonLink href="/experiments" variant="quiet">
                Show all
              </ButtonLink>
            ) : null}
          </p>
        ) : null}
      </div>
      {view.cursor || nextCursor ? (
        <nav aria-label="Pages" className="flex gap-2">
          {view.cursor ? <ButtonLink href={listHref({ ...view, cursor: "" })}>Newest</ButtonLink> : null}
          {nextCursor ? <ButtonLink href={listHref({ ...view, cursor: nextCursor })}>Older</ButtonLink> : null}
        </nav>
      ) : null}
    </div>
  );
}
