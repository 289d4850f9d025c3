"use client";

import { useSearchParams } from "next/navigation";
import { useCallback } from "react";

/** One value of the address, so that a link keeps what the page shows. Empty is the same as absent. */
export function useAddress(name: string): [string, (value: string) => void] {
  const value = useSearchParams().get(name) ?? "";
  const set = useCallback(
    (next: string) => {
      const url = new URL(window.location.href);
      if (next) url.searchParams.set(name, next);
      else url.searchParams.delete(name);
      // The page's own data do not depend on it, so the server is not asked again.
      window.history.replaceState(null, "", url);
    },
    [name],
  );
  return [value, set];
}
