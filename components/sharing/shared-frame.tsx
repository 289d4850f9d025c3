"use client";

import type { ReactNode } from "react";
import { ThemeSwitch } from "@/components/layout/theme-switch";
import { SharedProvider } from "@/components/sharing/shared";

/** The page around what is shared; an embedded one has nothing around it. */
export function SharedFrame({ title, link, frozen, bare, children }: { title: string; link: string; frozen: boolean; bare: boolean; children: ReactNode }) {
  return (
    <SharedProvider value={{ link, frozen, bare }}>
      {bare ? null : (
        <header className="flex min-h-12 items-center gap-3 border-b border-line px-4">
          <p className="min-w-0 truncate font-medium">{title}</p>
          <p className="shrink-0 text-ink-3">{frozen ? "as it was when shared" : "shared, read-only"}</p>
          <div className="ml-auto flex items-center gap-2">
            <span className="hidden whitespace-nowrap text-ink-3 sm:inline">Pareto Lab</span>
            <ThemeSwitch />
          </div>
        </header>
      )}
      <main id="main" className={bare ? "p-2" : "p-4"}>
        {children}
      </main>
    </SharedProvider>
  );
}
