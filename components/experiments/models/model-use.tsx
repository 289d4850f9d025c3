"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { createContext, use, useMemo, type ReactNode } from "react";
import { getJson } from "@/components/api";
import { ModelCalls } from "@/components/experiments/models/model-calls";
import { groupByEpisode, prepareRoles, spendText } from "@/components/experiments/models/prepare-calls";
import { useShared } from "@/components/sharing/shared";
import { Panel } from "@/components/ui/panel";
import { counted } from "@/components/whole-number";
import { TableScroll } from "@/components/ui/table-scroll";
import type { ModelCallSummary, ModelUse } from "@/lib/coordinator/models/schema";

interface Known {
  experimentId: string;
  limits: { usd: number | null; tokens: number | null };
  use: ModelUse;
}

/** Null where nothing is known, or the reader may not read it: then nothing is shown. */
const Context = createContext<Known | null>(null);

/** Reads what language models did for an experiment, again whenever its log has grown, for all parts of the page. */
export function ModelUseProvider({ experiment, children }: { experiment: { id: string; lastSeq: number; limits: Known["limits"] }; children: ReactNode }) {
  const { id, lastSeq, limits } = experiment;
  const shared = useShared();
  const { data } = useQuery({
    queryKey: ["model-use", id, lastSeq],
    queryFn: ({ signal }) => getJson<ModelUse>(`/api/v1/experiments/${id}/model-calls`, signal),
    // Readers of a shared link are not shown what was said to language models.
    enabled: shared === null,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  const known = useMemo(() => (data ? { experimentId: id, limits, use: data } : null), [data, id, limits]);
  return <Context value={known}>{children}</Context>;
}

/** For the header: who is asked, or what was spent on it; null while that is not known. */
export function useModelSpend(): string | null {
  const known = use(Context);
  return known && spendText(known.use, known.limits);
}

function useEpisodeCalls(episode: number): { known: Known; calls: ModelCallSummary[] } | null {
  const known = use(Context);
  const calls = known?.use.calls.filter((call) => call.episode === episode) ?? [];
  return known && calls.length > 0 ? { known, calls } : null;
}

/** The calls that were made for one episode, on its own page. */
export function EpisodeModelPanel({ episode }: { episode: number }) {
  const found = useEpisodeCalls(episode);
  if (!found) return null;
  return (
    <Panel title="Language model" aside={<span className="figures text-xs text-ink-2">{counted(found.calls.length, "call")}</span>}>
      <div className="px-3 py-1">
        <ModelCalls experimentId={found.known.experimentId} calls={found.calls} />
      </div>
    </Panel>
  );
}

/** The same, where it is told how the episode was decided. */
export function EpisodeModelCalls({ episode }: { episode: number }) {
  const found = useEpisodeCalls(episode);
  if (!found) return null;
  return (
    <section aria-label="Language model" className="min-w-0">
      <h3 className="text-xs text-ink-3">Language model</h3>
      <ModelCalls experimentId={found.known.experimentId} calls={found.calls} />
    </section>
  );
}

/** Which language model plays which role, and what it was asked for this experiment. */
export function ModelRoles() {
  const known = use(Context);
  const rows = useMemo(() => (known ? prepareRoles(known.use) : []), [known]);
  if (rows.length === 0) return null;
  return (
    <Panel title="Language models by role" id="roles">
      <TableScroll label="Language models by role">
        <table className="w-full">
          <thead>
            <tr className="h-8 border-b border-line text-left text-xs text-ink-2">
              {["Role", "From now on", "Asked here"].map((name) => (
                <th key={name} scope="col" className="px-3 font-medium">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ role, model, calls, detail }) => (
              <tr key={role} className="border-b border-line align-top last:border-0">
                <th scope="row" className="px-3 py-1.5 text-left font-normal text-ink-2">
                  {role}
                </th>
                <td className="px-3 py-1.5">
                  {model}
                  <span className="block text-xs text-ink-3">{detail}</span>
                </td>
                <td className="figures min-w-24 px-3 py-1.5">{calls}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </Panel>
  );
}

/** All calls of an experiment, those that belong to no episode too. */
export function ModelCallsPanel() {
  const known = use(Context);
  const groups = useMemo(() => groupByEpisode(known?.use.calls ?? []), [known]);
  if (!known || groups.length === 0) return null;
  const { spend, calls } = known.use;
  return (
    <Panel title="Language model" aside={<span className="figures text-xs text-ink-2">{spendText(known.use, known.limits)}</span>}>
      <div className="max-h-96 overflow-auto px-3 py-1">
        {groups.map((group) => (
          <section key={group.title} aria-label={group.title} className="py-1">
            <h3 className="text-xs font-medium text-ink-3">{group.title}</h3>
            <ModelCalls experimentId={known.experimentId} calls={group.calls} />
          </section>
        ))}
        {calls.length < spend.calls ? <p className="py-1 text-xs text-ink-2">The newest {calls.length} calls are listed.</p> : null}
      </div>
    </Panel>
  );
}
