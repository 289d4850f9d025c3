"use client";

import { useRouter } from "next/navigation";
import { useRef, useState, type FormEvent } from "react";
import { MemoryActions } from "@/components/memory/memory-actions";
import { MemoryTable } from "@/components/memory/memory-table";
import { Button, ButtonLink } from "@/components/ui/button";
import { Notice } from "@/components/ui/panel";
import { useRowKeys } from "@/components/use-row-keys";
import type { MemoryPage, MemoryQuery } from "@/lib/skills/schema";

interface Props {
  query: MemoryQuery;
  page: MemoryPage;
  problem: { message: string; remedy: string } | null;
  mayImport: boolean;
}

const outcomes = { all: "All outcomes", measured: "Measured", failed: "Failed" } as const;

export function MemoryView({ query, page, problem, mayImport }: Props) {
  const router = useRouter();
  const [text, setText] = useState(query.text);
  const [like, setLike] = useState(query.like);
  const container = useRef<HTMLDivElement>(null);
  useRowKeys(container);
  const { rows, matching, total } = page;

  const show = (change: Partial<MemoryQuery>): void => router.replace(memoryHref({ ...query, text, like, offset: 0, ...change }), { scroll: false });
  function search(event: FormEvent): void {
    event.preventDefault();
    show({});
  }

  return (
    <div ref={container} className="grid grid-cols-1 gap-3">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <form onSubmit={search} role="search" className="flex flex-wrap items-end gap-2">
          <label className="grid gap-1 text-xs text-ink-2">
            Search
            <input type="search" data-page-filter value={text} onChange={(event) => setText(event.target.value)} placeholder="Recipe, model, device" className="control w-52 max-w-full" />
          </label>
          <label className="grid gap-1 text-xs text-ink-2">
            Most like this model
            <input value={like} onChange={(event) => setLike(event.target.value)} placeholder="pocket, a folder or owner/name" spellCheck={false} className="control w-60 max-w-full font-mono" />
          </label>
          <label className="grid gap-1 text-xs text-ink-2">
            Outcome
            <select value={query.outcome} onChange={(event) => show({ outcome: event.target.value as MemoryQuery["outcome"] })} className="control">
              {Object.entries(outcomes).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </label>
          <Button type="submit">Search</Button>
        </form>
        <MemoryActions empty={total === 0} mayImport={mayImport} onImported={() => router.refresh()} />
      </div>
      {problem ? (
        <Notice tone="warn" role="status" title={problem.message}>
          {problem.remedy} The records below are not ranked.
        </Notice>
      ) : null}
      {total === 0 ? (
        <Notice tone="plain" title="Nothing is remembered yet">
          Every episode that ends is remembered here, with what it changed. Run an experiment, or import another lab&apos;s memory.
        </Notice>
      ) : (
        <>
          <p role="status" className="text-xs text-ink-2">
            {rows.length > 0 ? `${query.offset + 1} to ${query.offset + rows.length} of ${matching} records` : "No record matches"}
            {matching < total ? `; ${total} in all` : ""}. Changes are to the uncompressed model, ± half of the 95 % interval.
          </p>
          {rows.length > 0 ? <MemoryTable rows={rows} ranked={rows.some(({ similarity }) => similarity !== null)} /> : null}
          <Pages query={query} page={page} />
        </>
      )}
    </div>
  );
}

function Pages({ query, page }: { query: MemoryQuery; page: MemoryPage }) {
  const { offset, limit } = query;
  const more = offset + page.rows.length < page.matching;
  if (offset === 0 && !more) return null;
  return (
    <nav aria-label="Pages" className="flex gap-2">
      {offset > 0 ? <ButtonLink href={memoryHref({ ...query, offset: Math.max(0, offset - limit) })}>Back</ButtonLink> : null}
      {more ? <ButtonLink href={memoryHref({ ...query, offset: offset + limit })}>More</ButtonLink> : null}
    </nav>
  );
}

function memoryHref({ text, like, outcome, offset }: MemoryQuery): string {
  const given = { text: text.trim(), like: like.trim(), outcome: outcome === "all" ? "" : outcome, offset: offset > 0 ? String(offset) : "" };
  const search = new URLSearchParams(Object.entries(given).filter(([, value]) => value !== ""));
  return search.size > 0 ? `/memory?${search}` : "/memory";
}
