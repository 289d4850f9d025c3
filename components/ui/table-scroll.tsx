import type { ReactNode } from "react";

/** A table that may be wider than the page: it scrolls by itself, with the keyboard too, and holds what is only for screen readers. */
export function TableScroll({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div role="group" aria-label={label} tabIndex={0} className="relative overflow-x-auto">
      {children}
    </div>
  );
}
