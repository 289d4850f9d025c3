import type { ReactNode } from "react";
import { Breadcrumb } from "@/components/layout/breadcrumb";
import { CommandPalette } from "@/components/layout/command-palette";
import { Keyboard } from "@/components/layout/keyboard";
import { NavFoot, NavRail } from "@/components/layout/nav-rail";
import { SystemStatus } from "@/components/layout/system-status";
import { ThemeSwitch } from "@/components/layout/theme-switch";

export default function LabLayout({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh">
      <a href="#main" className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-accent focus:px-3 focus:py-1 focus:text-on-accent">
        Skip to the content
      </a>
      <NavRail />
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="sticky top-0 z-20 flex h-12 items-center gap-2 border-b border-line bg-ground px-4 print:hidden">
          <Breadcrumb />
          <div className="ml-auto flex shrink-0 items-center gap-1">
            <CommandPalette />
            <SystemStatus />
            <ThemeSwitch />
          </div>
        </header>
        <main id="main" tabIndex={-1} className="min-w-0 flex-1 p-4 pb-16 outline-none sm:pb-4">
          {children}
        </main>
      </div>
      <NavFoot />
      <Keyboard />
    </div>
  );
}
