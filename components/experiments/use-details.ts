"use client";

import { onlineManager, useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { getJson } from "@/components/api";
import { useExperimentPath } from "@/components/sharing/shared";

const subscribe = (listener: () => void): (() => void) => onlineManager.subscribe(listener);

/**
 * One solution or episode, shown as the server gave it and read again while it may still change, and whenever the page
 * is looked at again. `stale` says that the last attempt failed or the browser is offline.
 */
export function useDetails<T>(experimentId: string, page: string, initial: T, isLive: (details: T) => boolean): { details: T; stale: boolean } {
  const base = useExperimentPath(experimentId);
  const { data, isError } = useQuery({
    queryKey: ["details", experimentId, page],
    queryFn: ({ signal }) => getJson<T>(`${base}/${page}`, signal),
    initialData: () => initial,
    refetchInterval: (query) => (query.state.data !== undefined && isLive(query.state.data) ? 2_000 : false),
    retry: false,
  });
  const online = useSyncExternalStore(subscribe, () => onlineManager.isOnline(), () => true);
  return { details: data ?? initial, stale: isError || !online };
}
