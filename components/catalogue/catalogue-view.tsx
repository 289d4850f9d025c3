"use client";

import { useRef } from "react";
import { EntryRow } from "@/components/catalogue/entry-row";
import { matches, sections, type Catalogue, type SectionKey } from "@/components/catalogue/entry";
import { Tabs } from "@/components/ui/tabs";
import { useAddress } from "@/components/use-address";
import { useRowKeys } from "@/components/use-row-keys";

export function CatalogueView({ catalogue }: { catalogue: Catalogue }) {
  const [show, setShow] = useAddress("show");
  const [filter, setFilter] = useAddress("q");
  const list = useRef<HTMLUListElement>(null);
  useRowKeys(list);
  const current: SectionKey = sections.find(({ key }) => key === show)?.key ?? "methods";
  const tabs = sections.map(({ key, label }) => ({ key, label, count: catalogue[key].length }));
  return (
    <Tabs label="Parts of the catalogue" tabs={tabs} current={current} onChange={setShow}>
      {(key) => {
        const shown = catalogue[key].filter((entry) => matches(entry, filter));
        const available = catalogue[key].filter((entry) => entry.available).length;
        return (
          <>
            <div className="mb-3 flex flex-wrap items-center gap-3">
              <input
                type="search"
                data-page-filter
                value={filter}
                onChange={(event) => setFilter(event.target.value)}
                placeholder="Filter by name, source or parameter"
                aria-label="Filter the catalogue"
                className="control w-72 max-w-full"
              />
              <p role="status" className="figures text-xs text-ink-3">
                {filter ? `${shown.length} of ${catalogue[key].length} shown, ` : ""}
                {available} of {catalogue[key].length} can be used here
              </p>
            </div>
            <ul ref={list} className="rounded-md border border-line">
              {shown.map((entry) => (
                <EntryRow key={entry.name} entry={entry} />
              ))}
              {shown.length === 0 ? <li className="p-3 text-ink-2">{filter ? `Nothing here matches "${filter}".` : "There is nothing here yet."}</li> : null}
            </ul>
          </>
        );
      }}
    </Tabs>
  );
}
