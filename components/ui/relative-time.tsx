"use client";

import { useSyncExternalStore } from "react";
import { formatAgo, formatExact } from "@/components/ui/ago";

/** One clock for all relative times of a page, ticking only while somebody shows one. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let nowSecond = 0;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    nowSecond = Math.floor(Date.now() / 1000);
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

function readNow(): number {
  nowSecond ||= Math.floor(Date.now() / 1000);
  return nowSecond;
}

/** Milliseconds now, to the second; null while rendering on the server, whose clock is not the reader's. */
export function useNow(): number | null {
  const second = useSyncExternalStore<number | null>(subscribe, readNow, () => null);
  return second === null ? null : second * 1000;
}

export function RelativeTime({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={formatExact(at)} className="whitespace-nowrap">
      {now === null ? formatExact(at) : formatAgo(Date.parse(at), now)}
    </time>
  );
}
