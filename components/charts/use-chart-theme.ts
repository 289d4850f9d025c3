"use client";

import { useTheme } from "next-themes";
import { useEffect, useState } from "react";
import type { ChartTheme } from "@/components/charts/scatter-traces";

/** The page's own colours, read from its style sheet whenever the theme changes; null until it is known. */
export function useChartTheme(): ChartTheme | null {
  const { resolvedTheme } = useTheme();
  const [theme, setTheme] = useState<ChartTheme | null>(null);
  useEffect(() => {
    // The class that carries the theme is set in the same commit, so it is read in the next frame.
    const frame = requestAnimationFrame(() => setTheme(readTheme()));
    return () => cancelAnimationFrame(frame);
  }, [resolvedTheme]);
  return theme;
}

function readTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ground: token("--ground"),
    ink: token("--ink"),
    ink2: token("--ink-2"),
    line: token("--line"),
    front: token("--front"),
    dominated: token("--dominated"),
    baseline: token("--baseline"),
    accent: token("--accent"),
    font: getComputedStyle(document.body).fontFamily,
  };
}
