"use client";

import { useEffect, useState } from "react";
import { ApiError, getJson } from "@/components/api";
import { logPhases, type LogLine, type LogPage } from "@/lib/experiments/log-schema";

const pollMs = 1_000;
const retryMs = 3_000;

export interface Log {
  lines: LogLine[];
  /** No line will be added. */
  ended: boolean;
  kept: boolean;
  /** Why the last part could not be read; it is asked for again. */
  problem: string | null;
}

const nothing: Log = { lines: [], ended: false, kept: true, problem: null };

/**
 * The log of one episode, both of its jobs, or with null of what the lab did; followed until it ends. Parts are asked
 * for from where the last one ended, so nothing is missed and nothing comes twice. Null until something is known.
 */
export function useLog(experimentId: string, episode: number | null): Log | null {
  const [parts, setParts] = useState<Record<string, Log>>({});
  useEffect(() => {
    const gone = new AbortController();
    const base = `/api/v1/experiments/${experimentId}/log`;
    for (const query of queriesOf(episode)) void follow(base, query, gone.signal, (change) => setParts((before) => ({ ...before, [query]: change(before[query] ?? nothing) })));
    return () => gone.abort();
  }, [experimentId, episode]);
  const known = queriesOf(episode).flatMap((query) => parts[query] ?? []);
  if (known.length === 0) return null;
  return {
    lines: known.flatMap(({ lines }) => lines),
    ended: known.length === queriesOf(episode).length && known.every(({ ended }) => ended),
    kept: known.every(({ kept }) => kept),
    problem: known.find(({ problem }) => problem)?.problem ?? null,
  };
}

function queriesOf(episode: number | null): string[] {
  return episode === null ? [""] : logPhases.map((phase) => `episode=${episode}&phase=${phase}&`);
}

async function follow(base: string, query: string, gone: AbortSignal, change: (change: (part: Log) => Log) => void): Promise<void> {
  let after = 0;
  while (!gone.aborted) {
    try {
      const page = await getJson<LogPage>(`${base}?${query}after=${after}`, gone);
      after = page.next;
      change((part) => ({ lines: page.lines.length > 0 ? [...part.lines, ...page.lines] : part.lines, ended: page.ended && !page.more, kept: page.kept || part.lines.length > 0, problem: null }));
      if (page.more) continue;
      if (page.ended) return;
      await pause(pollMs, gone);
    } catch (error) {
      if (gone.aborted) return;
      const problem = error instanceof ApiError ? `${error.message} ${error.remedy}` : "The web server does not answer.";
      change((part) => ({ ...part, problem }));
      await pause(retryMs, gone);
    }
  }
}

function pause(ms: number, gone: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    gone.addEventListener("abort", () => {
      clearTimeout(timer);
      done();
    }, { once: true });
  });
}
