"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, getJson, postJson } from "@/components/api";
import { Button } from "@/components/ui/button";
import type { AnswerView, SolutionPoint } from "@/lib/experiments/page-schema";

const pollMs = 1_500;
const maxTokens = 64;

/** The same prompt continued by each of the compared solutions: what a difference in accuracy reads like. */
export function Answers({ experimentId, points }: { experimentId: string; points: SolutionPoint[] }) {
  const [typed, setTyped] = useState("");
  const [prompt, setPrompt] = useState("");
  return (
    <section aria-label="Answers to one prompt" className="border-t border-line p-3">
      <form
        className="flex flex-wrap items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          setPrompt(typed.trim());
        }}
      >
        <label className="min-w-0 flex-1 basis-64 text-xs font-medium text-ink-2">
          Answers to one prompt
          <textarea value={typed} onChange={(event) => setTyped(event.target.value)} rows={2} maxLength={8000} className="control mt-1 block h-auto w-full py-1.5 font-normal" />
        </label>
        <Button type="submit" disabled={!typed.trim()}>
          Generate
        </Button>
      </form>
      {prompt ? (
        <div className="mt-3 grid gap-3 md:grid-cols-2">
          {points.map((point) => (
            <Answer key={`${point.number}:${prompt}`} experimentId={experimentId} point={point} prompt={prompt} />
          ))}
        </div>
      ) : (
        <p className="mt-1 text-xs text-ink-3">Each artifact is loaded by the runner, after whatever it is busy with, and continues the prompt by its likeliest tokens, {maxTokens} at most.</p>
      )}
    </section>
  );
}

function Answer({ experimentId, point, prompt }: { experimentId: string; point: SolutionPoint; prompt: string }) {
  const path = `/api/v1/experiments/${experimentId}/answers`;
  const asked = useQuery({
    queryKey: ["answer", experimentId, point.number, prompt],
    queryFn: () => postJson<AnswerView>(path, { number: point.number, prompt, maxTokens }),
    staleTime: Infinity,
    retry: false,
  });
  const key = asked.data?.key;
  const followed = useQuery({
    queryKey: ["answer", key],
    queryFn: ({ signal }) => getJson<AnswerView>(`${path}/${key}`, signal),
    enabled: asked.data?.state === "waiting",
    refetchInterval: (query) => (query.state.data?.state === "done" || query.state.data?.state === "failed" ? false : pollMs),
    staleTime: Infinity,
  });
  const data = followed.data ?? asked.data;
  const error = asked.error ?? followed.error;
  return (
    <div className="min-w-0 rounded-md border border-line p-2">
      <p className="text-xs text-ink-2">
        <span className="figures text-ink-3">#{point.number}</span> {point.label}
      </p>
      {error ? (
        <p className="mt-1 text-bad">
          {error.message} {error instanceof ApiError ? error.remedy : ""}
        </p>
      ) : null}
      {!error && (!data || data.state === "waiting") ? (
        <p role="status" className="pulse mt-1 text-live">
          {data?.message ?? "asking"}…
        </p>
      ) : null}
      {data?.state === "failed" ? (
        <p className="mt-1 text-bad">
          {data.message} <span className="text-ink-2">{data.remedy}</span>
        </p>
      ) : null}
      {data?.state === "done" ? (
        <>
          <p className="mt-1 break-words whitespace-pre-wrap">{data.text || <span className="text-ink-3">nothing: it ended at once</span>}</p>
          <p className="figures mt-1 text-xs text-ink-3">
            {data.tokens} tokens{data.ended ? ", ended by itself" : ""}
          </p>
        </>
      ) : null}
    </div>
  );
}
