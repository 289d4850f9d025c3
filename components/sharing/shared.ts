"use client";

import { createContext, use } from "react";

interface Shared {
  /** Path of the link that the page was opened by. */
  link: string;
  frozen: boolean;
  /** Without anything around what is shared, for the frame of another site. */
  bare: boolean;
}

const Context = createContext<Shared | null>(null);
export const SharedProvider = Context;

/** Where an experiment is read: by the API, or by the link for a reader of one. */
export function useExperimentPath(experimentId: string): string {
  const shared = use(Context);
  return shared ? `${shared.link}/experiments/${experimentId}` : `/api/v1/experiments/${experimentId}`;
}

/** The address of an experiment's page, or of one below it such as `/solutions/5`, as far as the reader may go. */
export function useExperimentHref(): (experimentId: string, below?: string) => string {
  const shared = use(Context);
  return (id, below = "") => (shared ? `${shared.link}${below}?of=${id}${shared.bare ? "&embed=1" : ""}` : `/experiments/${id}${below}`);
}

/** How the page is shared, for a reader of a link; null for people of the lab. */
export function useShared(): Shared | null {
  return use(Context);
}
