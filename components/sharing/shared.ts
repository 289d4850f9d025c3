"use client";

import { createContext, use } from "react";

interface Shared {
  /** Where the experiment is read from, instead of the API. */
  base: string;
  frozen: boolean;
}

const Context = createContext<Shared | null>(null);
export const SharedProvider = Context;

/** Where an experiment is read: by the API, or by the link for a reader of one. */
export function useExperimentPath(experimentId: string): string {
  return use(Context)?.base ?? `/api/v1/experiments/${experimentId}`;
}

/** How the experiment is shared, for a reader of a link; null for people of the lab. */
export function useShared(): Shared | null {
  return use(Context);
}
