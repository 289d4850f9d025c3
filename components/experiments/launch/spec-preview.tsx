"use client";

import type { ReactNode } from "react";
import type { ApiError } from "@/components/api";
import { SpecTable } from "@/components/experiments/spec-table";
import { Notice, Panel, Skeleton } from "@/components/ui/panel";
import { useSlow } from "@/components/use-slow";
import type { ModelSpec } from "@/lib/experiments/schema";

interface Props {
  spec: ModelSpec | undefined;
  error: ApiError | null;
  pending: boolean;
  empty: boolean;
  /** Stands below what is known. */
  children?: ReactNode;
}

export function SpecPreview({ spec, error, pending, empty, children }: Props) {
  const slow = useSlow(pending && !spec);
  return (
    <Panel title="What is known of this model" id="spec">
      {empty ? (
        <p className="p-3 text-ink-2">Name a model to see its size, family and licence.</p>
      ) : spec ? (
        <>
          <SpecTable spec={spec} />
          {children}
        </>
      ) : error && !pending ? (
        <div className="p-3">
          <Notice tone="warn" role="status" title={error.message}>
            {error.remedy}
          </Notice>
        </div>
      ) : (
        <div className="grid gap-2 p-3" role="status">
          <span className="text-xs text-ink-3">{slow ? "Reading the model's header; a model on the hub takes some seconds." : "Reading the model…"}</span>
          {Array.from({ length: 9 }, (_, row) => (
            <Skeleton key={row} className="h-5" />
          ))}
        </div>
      )}
    </Panel>
  );
}
