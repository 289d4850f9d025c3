"use client";

import { useNow } from "@/components/ui/relative-time";
import { formatSeconds } from "@/lib/domain/format";

/** From start to end, or to now while it is still running. */
export function Duration({ startedAt, endedAt }: { startedAt: string | null; endedAt: string | null }) {
  const now = useNow();
  if (!startedAt) return <>–</>;
  const end = endedAt ? Date.parse(endedAt) : now;
  if (end === null) return <>…</>;
  return <>{formatSeconds(Math.max(0, Math.round((end - Date.parse(startedAt)) / 1000)))}</>;
}
