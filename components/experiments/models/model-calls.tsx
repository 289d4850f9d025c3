"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, getJson } from "@/components/api";
import { prepareCall, type CallRow } from "@/components/experiments/models/prepare-calls";
import { Skeleton } from "@/components/ui/panel";
import type { ModelCallSummary, ModelCallView } from "@/lib/coordinator/models/schema";

/** Calls of language models, each of which opens to what was said. */
export function ModelCalls({ experimentId, calls }: { experimentId: string; calls: readonly ModelCallSummary[] }) {
  return (
    <ul>
      {calls.map((call) => (
        <Call key={call.id} experimentId={experimentId} row={prepareCall(call)} />
      ))}
    </ul>
  );
}

function Call({ experimentId, row }: { experimentId: string; row: CallRow }) {
  const [open, setOpen] = useState(false);
  return (
    <li className="border-b border-line py-1 last:border-0">
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="figures rounded-sm text-xs text-ink-2 hover:text-ink">
          <span className="break-words text-ink">{row.title}</span> <span className="break-words">{row.facts}</span>
        </summary>
        {open ? <Said experimentId={experimentId} callId={row.id} /> : null}
      </details>
      {row.error ? <p className="text-xs break-words text-warn">{row.error}</p> : null}
    </li>
  );
}

const speakers = { user: "Correction", assistant: "Model", tool: "Tool" } as const;

function Said({ experimentId, callId }: { experimentId: string; callId: string }) {
  const { data: call, error } = useQuery({
    queryKey: ["model-call", experimentId, callId],
    queryFn: ({ signal }) => getJson<ModelCallView>(`/api/v1/experiments/${experimentId}/model-calls/${callId}`, signal),
    retry: false,
  });
  if (error) return <p className="py-1 text-xs text-bad">{error instanceof ApiError ? `${error.message} ${error.remedy}` : "The web server did not answer."}</p>;
  if (!call) return <Skeleton className="my-1 h-32" />;
  return (
    <div className="grid grid-cols-1 gap-2 py-2">
      <Text title="Instructions" text={call.system} />
      <Text title="Prompt" text={call.prompt} />
      {call.turns.map(({ role, text }, index) => (
        <Text key={index} title={speakers[role]} text={text} />
      ))}
      {call.answer === null ? null : <Text title="Answer" text={call.answer} />}
    </div>
  );
}

function Text({ title, text }: { title: string; text: string }) {
  return (
    <section aria-label={title} className="min-w-0">
      <h4 className="text-xs font-medium text-ink-3">{title}</h4>
      <pre tabIndex={0} className="max-h-64 overflow-auto rounded-sm border border-line bg-panel p-2 font-mono text-xs break-words whitespace-pre-wrap">
        {text}
      </pre>
    </section>
  );
}
