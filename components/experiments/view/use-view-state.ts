"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { addressOf, type ViewState } from "@/components/experiments/view/view-state";

/** A drag changes the view many times a second; browsers refuse addresses that change so often. */
const addressDelayMs = 150;

export type ChangeView = (change: (state: ViewState) => ViewState) => void;

/** The view in React's state, mirrored into the address without a navigation, so that a link keeps what is seen. */
export function useViewState(initial: ViewState): [ViewState, ChangeView] {
  const [state, setState] = useState(initial);
  const mounted = useRef(false);
  useEffect(() => {
    // The address the page was opened with is left alone until something changes.
    if (!mounted.current) {
      mounted.current = true;
      return;
    }
    const timer = setTimeout(() => {
      window.history.replaceState(null, "", addressOf(state, window.location));
    }, addressDelayMs);
    return () => clearTimeout(timer);
  }, [state]);
  return [state, useCallback((change) => setState(change), [])];
}
