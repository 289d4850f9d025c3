"use client";

import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";

interface Props<K extends string> {
  label: string;
  tabs: readonly { key: K; label: string; count?: number | undefined }[];
  current: K;
  onChange: (key: K) => void;
  children: (key: K) => ReactNode;
}

/** A row of tabs with arrow keys; only the open panel is rendered. */
export function Tabs<K extends string>({ label, tabs, current, onChange, children }: Props<K>) {
  return (
    <Base.Root value={current} onValueChange={(key: K) => onChange(key)}>
      <Base.List aria-label={label} className="mb-3 flex gap-1 overflow-x-auto border-b border-line">
        {tabs.map(({ key, label: text, count }) => (
          <Base.Tab
            key={key}
            value={key}
            className="-mb-px h-9 shrink-0 border-b-2 border-transparent px-3 text-sm text-ink-2 hover:text-ink data-active:border-accent data-active:font-medium data-active:text-ink"
          >
            {text}
            {count === undefined ? null : <span className="figures ml-1.5 text-xs text-ink-3">{count}</span>}
          </Base.Tab>
        ))}
      </Base.List>
      <Base.Panel value={current} className="outline-none">
        {children(current)}
      </Base.Panel>
    </Base.Root>
  );
}
