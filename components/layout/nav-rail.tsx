"use client";

import { clsx } from "clsx";
import { PanelLeftClose, PanelLeftOpen } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useSyncExternalStore } from "react";
import { placeOf, places } from "@/components/layout/places";
import { IconButton } from "@/components/ui/button";

const storageKey = "pareto:rail";
const changed = "pareto:rail-changed";

function subscribe(listener: () => void): () => void {
  window.addEventListener(changed, listener);
  return () => window.removeEventListener(changed, listener);
}

/** Storage can be switched off in the browser; the rail is then wide. */
function readCollapsed(): boolean {
  try {
    return localStorage.getItem(storageKey) === "collapsed";
  } catch {
    return false;
  }
}

function writeCollapsed(collapsed: boolean): void {
  try {
    localStorage.setItem(storageKey, collapsed ? "collapsed" : "open");
  } catch {
    return;
  }
  window.dispatchEvent(new Event(changed));
}

export function NavRail() {
  const current = placeOf(usePathname());
  const collapsed = useSyncExternalStore(subscribe, readCollapsed, () => false);
  return (
    <div className={clsx("hidden shrink-0 border-r border-line bg-panel sm:block print:hidden", collapsed ? "w-12" : "w-44")}>
      <div className="sticky top-0 flex h-dvh flex-col p-2">
        <Link href="/experiments" className="mb-3 flex h-8 items-center gap-2 rounded-md px-1.5 font-semibold">
          <Mark />
          {collapsed ? <span className="sr-only">Pareto Lab</span> : "Pareto Lab"}
        </Link>
        <nav aria-label="Main" className="grid gap-1">
          {places.map(({ href, label, icon: Icon }) => (
            <Link
              key={href}
              href={href}
              title={collapsed ? label : undefined}
              aria-current={href === current?.href ? "page" : undefined}
              className={clsx(
                "flex h-8 items-center gap-2 rounded-md px-2 transition-colors hover:bg-hover",
                href === current?.href ? "bg-hover font-medium text-ink" : "text-ink-2",
              )}
            >
              <Icon size={16} aria-hidden className="shrink-0" />
              {collapsed ? <span className="sr-only">{label}</span> : label}
            </Link>
          ))}
        </nav>
        <IconButton
          label={collapsed ? "Widen the navigation" : "Narrow the navigation"}
          className="mt-auto"
          onClick={() => writeCollapsed(!collapsed)}
        >
          {collapsed ? <PanelLeftOpen size={16} aria-hidden /> : <PanelLeftClose size={16} aria-hidden />}
        </IconButton>
      </div>
    </div>
  );
}

/** On a narrow screen the same links stand at the foot of the page, within reach of a thumb. */
export function NavFoot() {
  const current = placeOf(usePathname());
  return (
    <nav aria-label="Main" className="fixed inset-x-0 bottom-0 z-30 flex overflow-x-auto border-t border-line bg-panel sm:hidden print:hidden">
      {places.map(({ href, label, icon: Icon }) => (
        <Link
          key={href}
          href={href}
          aria-current={href === current?.href ? "page" : undefined}
          className={clsx("flex h-12 min-w-19 flex-1 flex-col items-center justify-center px-1 text-xs", href === current?.href ? "font-medium text-ink" : "text-ink-2")}
        >
          <Icon size={16} aria-hidden />
          {label}
        </Link>
      ))}
    </nav>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="20" height="20" aria-hidden className="shrink-0">
      <path d="M5 5v8h7v7h7v7h8" fill="none" stroke="var(--accent)" strokeWidth="3" strokeLinecap="round" strokeLinejoin="round" />
      {[5, 12, 19].map((x, index) => (
        <circle key={x} cx={x} cy={[5, 13, 20][index]} r="3" fill="var(--accent)" />
      ))}
    </svg>
  );
}
