"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { writeView, type ViewState } from "@/components/experiments/view/view-state";

/** The view in React's state, mirrored into the address without a navigation, so that a link keeps what is seen. */
export function useViewState(initial: ViewState): [ViewState, (change: (state: ViewState) => ViewState) => void] {
  const [state, setState] = useState(initial);
  const mounted = useRef(false);
  useEffect(() => {
    // The address the page was opened with is left alone until something changes.
    if (!mounted.current) {
      mounted.current = true;
      return;
    }
    const query = writeView(state);
    window.history.replaceState(null, "", query ? `?${query}` : window.location.pathname);
  }, [state]);
  return [state, useCallback((change) => setState(change), [])];
}
