"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { getJson } from "@/components/api";
import { ProgressStore } from "@/components/experiments/view/progress-store";
import { useExperimentPath, useShared } from "@/components/sharing/shared";
import { isLive } from "@/components/experiments/words";
import { mergeChanges, type ExperimentChanges, type ExperimentPageView } from "@/lib/experiments/page-schema";
import type { LiveProgress } from "@/lib/experiments/schema";

const reopenMs = 2_000;

export type Connection = "live" | "stale" | "ended";

/**
 * One experiment, kept up to date. The stream brings what changed since the view's own last event, and it is put into
 * it: a reader that was cut off misses nothing, and nothing is counted twice.
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
      const known = (): ExperimentPageView => client.getQueryData<ExperimentPageView>(["experiment", id]) ?? initial;
      const changes = await getJson<ExperimentChanges>(`${base}/changes?after=${known().lastSeq}`, signal);
      // The stream may have brought them first.
      return mergeChanges(known(), changes);
    },
    // The merge keeps what did not change; comparing ten thousand solutions again would only cost time.
    structuralSharing: false,
    initialData: initial,
    staleTime: Infinity,
    // After a lost connection the stream below catches up.
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
    let openTimer: ReturnType<typeof setTimeout> | undefined;
    const open = (): void => {
      clearTimeout(openTimer);
      source?.close();
      const opened = new EventSource(`${base}/events?feed=changes&after=${lastSeq.current}`);
      source = opened;
      opened.addEventListener("open", () => setConnected(true));
      opened.addEventListener("changes", (event) => {
        const changes = JSON.parse((event as MessageEvent<string>).data) as ExperimentChanges;
        lastSeq.current = Math.max(lastSeq.current, changes.lastSeq);
        client.setQueryData<ExperimentPageView>(["experiment", id], (before) => before && mergeChanges(before, changes));
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
    open();
    window.addEventListener("offline", goOffline);
    window.addEventListener("online", open);
    return () => {
      window.removeEventListener("offline", goOffline);
      window.removeEventListener("online", open);
      clearTimeout(openTimer);
      source?.close();
      progress.set(null);
    };
  }, [base, client, id, live, progress]);

  const refresh = useCallback((): void => void client.refetchQueries({ queryKey: ["experiment", id] }), [client, id]);
  return { experiment, progress, connection: !live ? "ended" : connected && !query.isError ? "live" : "stale", refresh };
}
