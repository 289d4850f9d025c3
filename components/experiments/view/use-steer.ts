"use client";

import { useState, useTransition } from "react";
import { steerExperiment } from "@/lib/experiments/actions";
import type { Steer } from "@/lib/experiments/schema";

export interface SteerFailure {
  message: string;
  remedy: string;
  requestId?: string;
}

/** Sends a person's change; what was refused is kept as words until the next one. */
export function useSteer(id: string, onChanged: () => void) {
  const [pending, startTransition] = useTransition();
  const [failure, setFailure] = useState<SteerFailure | null>(null);
  const send = (change: Steer, onDone?: () => void): void =>
    startTransition(async () => {
      setFailure(null);
      try {
        const result = await steerExperiment({ id, change });
        if (!result.ok) return setFailure({ ...result.error, requestId: result.requestId });
        onDone?.();
        onChanged();
      } catch {
        setFailure({ message: "The web server did not answer.", remedy: "It is not known whether the change was taken; look again in a moment." });
      }
    });
  return { send, pending, failure };
}
