"use client";

import { LogView } from "@/components/experiments/log/log-view";
import type { ChangeView } from "@/components/experiments/view/use-view-state";
import type { LogFilter, ViewState } from "@/components/experiments/view/view-state";
import { Panel } from "@/components/ui/panel";
import type { ExperimentPageView } from "@/lib/experiments/page-schema";

/** The log of the whole experiment: of whatever runs now, of one episode, or of what the lab did. */
export function LogsSection({ experiment, view, change }: { experiment: ExperimentPageView; view: ViewState; change: ChangeView }) {
  const { trace, id } = experiment;
  const { logFilter: filter } = view;
  const onFilter = (changed: Partial<LogFilter>): void => change((state) => ({ ...state, logFilter: { ...state.logFilter, ...changed } }));
  const newest = trace.at(-1)?.number ?? null;
  const episode = filter.of === "lab" ? null : filter.of === "newest" ? newest : filter.of;
  return (
    <Panel title="Log" id="log">
      <LogView key={episode ?? "lab"} experimentId={id} episode={episode} filter={filter} onFilter={onFilter} className="h-[clamp(320px,64vh,1400px)]">
        <select
          aria-label="Whose log"
          value={String(filter.of)}
          onChange={({ target: { value } }) => onFilter({ of: value === "lab" || value === "newest" ? value : Number(value) })}
          className="control h-8 max-w-full px-1.5"
        >
          <option value="newest">the newest episode{newest === null ? "" : `, now ${newest}`}</option>
          <option value="lab">what the lab did</option>
          {typeof filter.of === "number" && !trace.some(({ number }) => number === filter.of) ? <option value={filter.of}>episode {filter.of}</option> : null}
          {trace.toReversed().map(({ number, status }) => (
            <option key={number} value={number}>
              episode {number}
              {status === "failed" ? ", failed" : ""}
            </option>
          ))}
        </select>
      </LogView>
    </Panel>
  );
}
