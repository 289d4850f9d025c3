"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { getJson } from "@/components/api";
import { ProgressStore } from "@/components/experiments/view/progress-store";
import { useExperimentPath, useShared } from "@/components/sharing/shared";
import { isLive } from "@/components/experiments/words";
import { mergeChanges, type ExperimentChanges, type ExperimentPageView } from "@/lib/experiments/page-schema";
import type { LiveProgress } from "@/lib/experiments/schema";

/** Events come in bursts when an episode ends; what changed is read once for all that come this close together. */
const coalesceMs = 40;
const reopenMs = 2_000;

export type Connection = "live" | "stale" | "ended";

/**
 * One experiment, kept up to date. The log tells that something changed, and what changed since the view's own last
 * event is read and put into it: a reader that was cut off misses nothing, and nothing is counted twice.
 */
export function useExperiment(initial: ExperimentPageView): {
  experiment: ExperimentPageView;
  progress: ProgressStore;
  connection: Connection;
  refresh: () => void;
} {
  const { id } = initial;
  const shared = useShared();
  const base = useExperimentPath(id);
  const client = useQueryClient();
  const [progress] = useState(() => new ProgressStore());
  const [connected, setConnected] = useState(true);
  const query = useQuery({
    queryKey: ["experiment", id],
    queryFn: async ({ signal }) => {
      const before = client.getQueryData<ExperimentPageView>(["experiment", id]) ?? initial;
      return mergeChanges(before, await getJson<ExperimentChanges>(`${base}/changes?after=${before.lastSeq}`, signal));
    },
    // The merge keeps what did not change; comparing ten thousand solutions again would only cost time.
    structuralSharing: false,
    initialData: initial,
    staleTime: Infinity,
    // Reading again after a lost connection is driven by the stream below.
    refetchOnReconnect: false,
  });
  const experiment = query.data;
  const live = isLive(experiment.status) && !shared?.frozen;
  const lastSeq = useRef(experiment.lastSeq);
  useEffect(() => {
    lastSeq.current = Math.max(lastSeq.current, experiment.lastSeq);
  }, [experiment.lastSeq]);

  useEffect(() => {
    if (!live) return;
    let source: EventSource | null = null;
    let readTimer: ReturnType<typeof setTimeout> | undefined;
    let openTimer: ReturnType<typeof setTimeout> | undefined;

    let reading = false;
    let again = false;
    // An event that comes while the view is being read may be missing in it, so the view is then read once more.
    const read = async (): Promise<void> => {
      again = reading;
      if (reading) return;
      reading = true;
      do {
        again = false;
        await client.refetchQueries({ queryKey: ["experiment", id] });
      } while (again);
      reading = false;
    };
    const readSoon = (): void => {
      readTimer ??= setTimeout(() => {
        readTimer = undefined;
        void read();
      }, coalesceMs);
    };
    const open = (): void => {
      clearTimeout(openTimer);
      source?.close();
      const opened = new EventSource(`${base}/events?after=${lastSeq.current}`);
      source = opened;
      opened.addEventListener("open", () => setConnected(true));
      opened.addEventListener("log", (event) => {
        lastSeq.current = Math.max(lastSeq.current, Number((event as MessageEvent<string>).lastEventId) || 0);
        readSoon();
      });
      opened.addEventListener("progress", (event) => {
        progress.set(JSON.parse((event as MessageEvent<string>).data) as LiveProgress | null);
      });
      opened.addEventListener("error", () => {
        setConnected(false);
        // The browser reconnects a cut stream by itself but gives up on an error reply, e.g. while the web restarts.
        if (opened.readyState === EventSource.CLOSED) openTimer = setTimeout(open, reopenMs);
      });
    };
    const goOffline = (): void => {
      source?.close();
      setConnected(false);
    };
    const goOnline = (): void => {
      open();
      readSoon();
    };
    open();
    window.addEventListener("offline", goOffline);
    window.addEventListener("online", goOnline);
    return () => {
      window.removeEventListener("offline", goOffline);
      window.removeEventListener("online", goOnline);
      clearTimeout(readTimer);
      clearTimeout(openTimer);
      source?.close();
      progress.set(null);
    };
  }, [base, client, id, live, progress]);

  const refresh = (): void => void client.refetchQueries({ queryKey: ["experiment", id] });
  return { experiment, progress, connection: !live ? "ended" : connected && !query.isError ? "live" : "stale", refresh };
}
