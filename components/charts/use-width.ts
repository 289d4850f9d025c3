"use client";

import { useCallback, useState } from "react";

/** The width in pixels that a chart is given, so that its text keeps its size; `fallback` until that is known. */
export function useWidth(fallback: number): [number, (element: Element | null) => (() => void) | undefined] {
  const [width, setWidth] = useState(fallback);
  const attach = useCallback((element: Element | null) => {
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) setWidth(Math.round(entry.contentRect.width));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [width, attach];
}
