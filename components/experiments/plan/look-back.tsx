"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getJson } from "@/components/api";
import type { Reflection } from "@/lib/planning/reflection/schema";

/** What was learnt so far, the newest first; the older ones are folded. */
export function LookBack({ experimentId, lastSeq }: { experimentId: string; lastSeq: number }) {
  const { data } = useQuery({
    queryKey: ["reflections", experimentId, lastSeq],
    queryFn: async ({ signal }) => (await getJson<{ reflections: Reflection[] }>(`/api/v1/experiments/${experimentId}/reflections`, signal)).reflections,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  if (!data || data.length === 0) return null;
  return (
    <section aria-label="What was learnt" className="border-t border-line px-3 py-2">
      {data.toReversed().map((reflection, index) => (
        <details key={reflection.after} open={index === 0} className="py-1">
          <summary className="w-fit rounded-sm py-0.5 text-sm font-medium text-ink-2 hover:text-ink">Learnt after episode {reflection.after}</summary>
          <ul className="figures mt-1 list-disc pl-5 text-sm text-ink-2">
            {reflection.learnt.map((sentence) => (
              <li key={sentence} className="py-0.5 break-words">
                {sentence}
              </li>
            ))}
          </ul>
          {reflection.next ? (
            <p className="mt-1 text-sm break-words">
              <span className="text-ink-3">Next: </span>
              {reflection.next.text}
            </p>
          ) : null}
          <p className="mt-1 text-xs text-ink-3">
            {reflection.by === "rules" ? "Computed from the figures." : `Worded by ${reflection.by} from computed facts.`}
            {reflection.note ? ` The language model ${reflection.note}.` : ""}
          </p>
        </details>
      ))}
    </section>
  );
}
