import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { getJson } from "@/components/api";
import { applyChange, inverseOf } from "@/components/experiments/plan/apply-change";
import { editPlan } from "@/lib/planning/actions";
import type { PlanChange, PlanItemView } from "@/lib/planning/plan/schema";

interface Failure {
  message: string;
  remedy: string;
}

export interface Plan {
  items: PlanItemView[];
  change: (change: PlanChange) => void;
  /** What was changed last, and how to take it back; null when there is nothing to take back. */
  undo: { what: string; run: () => void } | null;
  failure: Failure | null;
}

const lost: Failure = { message: "The web server did not answer.", remedy: "The change may be lost: look at the plan again in a moment." };
const words: Record<PlanChange["change"], string> = { add: "Added", edit: "Changed", move: "Moved", remove: "Deleted", restore: "Restored" };

/** An experiment's plan, read again whenever its log has grown; a change is shown before the server has answered. Null while, or where, it cannot be read. */
export function usePlan(experimentId: string, lastSeq: number): Plan | null {
  const client = useQueryClient();
  const key = ["plan", experimentId, lastSeq];
  const { data } = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => (await getJson<{ items: PlanItemView[] }>(`/api/v1/experiments/${experimentId}/plan`, signal)).items,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  const [undo, setUndo] = useState<{ what: string; change: PlanChange } | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  if (!data) return null;

  async function send(change: PlanChange, before: PlanItemView[]): Promise<void> {
    setFailure(null);
    await client.cancelQueries({ queryKey: key });
    client.setQueryData(key, applyChange(before, change));
    const result = await editPlan({ id: experimentId, change }).catch(() => null);
    client.setQueryData(key, result?.ok ? result.data : before);
    if (!result?.ok) return setFailure(result?.error ?? lost);
    const inverse = inverseOf(before, change, result.data);
    setUndo(inverse && change.change !== "restore" ? { what: words[change.change], change: inverse } : null);
  }

  return {
    items: data,
    change: (change) => void send(change, data),
    undo: undo && { what: undo.what, run: () => void send(undo.change, data).then(() => setUndo(null)) },
    failure,
  };
}
