"use client";

import { useEffect, type RefObject } from "react";
import { isPageKey } from "@/components/layout/shortcuts";

/** j and k walk the rows marked `data-row` inside the container; x presses the row's `data-row-select`. */
export function useRowKeys(container: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (!isPageKey(event) || !/^[jkx]$/.test(event.key)) return;
      const rows = [...(container.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
      if (rows.length === 0) return;
      const current = rows.findIndex((row) => row.contains(document.activeElement));
      event.preventDefault();
      if (event.key === "x") {
        rows[current]?.querySelector<HTMLElement>("[data-row-select]")?.click();
        return;
      }
      const next = event.key === "j" ? Math.min(current + 1, rows.length - 1) : Math.max(current - 1, 0);
      const row = rows[next];
      (row?.querySelector<HTMLElement>("[data-row-focus]") ?? row)?.focus();
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [container]);
}
