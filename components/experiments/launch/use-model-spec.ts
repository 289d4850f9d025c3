"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { getJson, type ApiError } from "@/components/api";
import type { ModelSpec } from "@/lib/experiments/schema";

const pauseMs = 500;

/** What is known of the typed model, asked once the typing pauses; an answer for an earlier text is dropped. */
export function useModelSpec(model: string) {
  const [asked, setAsked] = useState(model.trim());
  useEffect(() => {
    const timer = setTimeout(() => setAsked(model.trim()), pauseMs);
    return () => clearTimeout(timer);
  }, [model]);
  const query = useQuery<ModelSpec, ApiError>({
    queryKey: ["spec", asked],
    queryFn: async ({ signal }) => (await getJson<{ spec: ModelSpec }>(`/api/v1/models/spec?model=${encodeURIComponent(asked)}`, signal)).spec,
    enabled: asked !== "",
    retry: false,
    staleTime: 60_000,
  });
  const settled = asked === model.trim();
  return { spec: settled ? query.data : undefined, error: settled ? query.error : null, pending: !settled || query.isFetching, empty: model.trim() === "" };
}
