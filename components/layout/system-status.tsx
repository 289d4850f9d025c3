"use client";

import { Popover } from "@base-ui/react/popover";
import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { fetchHealth, healthParts, overallHealth, type OverallHealth } from "@/components/layout/health";

const words: Record<OverallHealth, string> = {
  ok: "All running",
  degraded: "Needs attention",
  unreachable: "Not reachable",
  unknown: "Checking",
};

/** Shape goes with colour: a full dot is well, a square needs attention, a ring is not known yet. */
function Dot({ state }: { state: OverallHealth }) {
  const shapes: Record<OverallHealth, string> = {
    ok: "rounded-full bg-good",
    degraded: "bg-warn",
    unreachable: "bg-bad",
    unknown: "rounded-full border border-line-strong",
  };
  return <span aria-hidden className={clsx("size-2.5 shrink-0", shapes[state])} />;
}

export function SystemStatus() {
  const query = useQuery({ queryKey: ["health"], queryFn: fetchHealth, refetchInterval: 15_000 });
  const state = overallHealth(query.data, query.isError);
  return (
    <Popover.Root>
      <Popover.Trigger
        aria-label={`System: ${words[state]}`}
        className="flex h-8 items-center gap-2 rounded-md px-2 text-sm text-ink-2 hover:bg-hover hover:text-ink"
      >
        <Dot state={state} />
        <span className="hidden sm:inline">{words[state]}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align="end" className="z-50">
          <Popover.Popup className="popup w-80 max-w-[calc(100vw-16px)] p-3">
            <Popover.Title className="text-sm font-semibold">System</Popover.Title>
            {query.isError ? (
              <Popover.Description className="mt-1 text-sm text-ink-2">
                The web server does not answer. It is asked again every 15 s.
              </Popover.Description>
            ) : (
              <dl className="mt-2 grid gap-2">
                {healthParts.map(({ key, label }) => {
                  const part = query.data?.[key];
                  const partState = part === undefined ? "unknown" : part.ok ? "ok" : "degraded";
                  return (
                    <div key={key} className="flex items-baseline gap-2 text-sm">
                      <Dot state={partState} />
                      <dt className="w-18 shrink-0 font-medium">{label}</dt>
                      <dd className="min-w-0 break-words text-ink-2">{part ? part.detail || (part.ok ? "ok" : "not reachable") : "not known yet"}</dd>
                    </div>
                  );
                })}
              </dl>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
