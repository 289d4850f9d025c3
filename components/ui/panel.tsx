import { clsx } from "clsx";
import type { ReactNode } from "react";

/** A bordered region with a heading row; `aside` holds what belongs to the heading, such as switches. */
export function Panel({ title, aside, children, className, id }: { title: string; aside?: ReactNode; children: ReactNode; className?: string; id?: string }) {
  const headingId = `${id ?? title.toLowerCase().replace(/\W+/g, "-")}-heading`;
  return (
    <section aria-labelledby={headingId} className={clsx("min-w-0 rounded-md border border-line bg-ground", className)}>
      <div className="flex min-h-10 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-3 py-1">
        <h2 id={headingId} className="text-sm font-semibold">
          {title}
        </h2>
        {aside ? <div className="ml-auto flex flex-wrap items-center gap-2">{aside}</div> : null}
      </div>
      {children}
    </section>
  );
}

/** A box of its own tone for what stands in the way. Text says the same as the colour. */
export function Notice({ tone, title, children, role }: { tone: "bad" | "warn" | "plain"; title?: string; children?: ReactNode; role?: "alert" | "status" }) {
  const tones = { bad: "border-bad bg-bad-ground text-bad", warn: "border-warn bg-warn-ground text-warn", plain: "border-line bg-panel text-ink" };
  return (
    <div role={role} className={clsx("rounded-md border px-3 py-2 text-sm", tones[tone])}>
      {title ? <p className="font-medium">{title}</p> : null}
      {children ? <div className="text-ink-2">{children}</div> : null}
    </div>
  );
}

/** What is shown may be out of date, because the connection is lost. */
export function StaleMark() {
  return (
    <p role="status" className="rounded-sm border border-warn bg-warn-ground px-2 text-xs leading-5 text-warn">
      stale, reconnecting
    </p>
  );
}

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={clsx("pulse rounded-sm bg-hover", className)} />;
}
