"use client";

import { useTheme } from "next-themes";
import { useEffect, useState } from "react";

export interface ChartTheme {
  ground: string;
  ink: string;
  ink2: string;
  ink3: string;
  line: string;
  front: string;
  dominated: string;
  infeasible: string;
  baseline: string;
  accent: string;
  /** From weak to strong, for figures shown as colour. */
  ramp: string[];
  font: string;
}

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
    ink3: token("--ink-3"),
    line: token("--line"),
    front: token("--front"),
    dominated: token("--dominated"),
    infeasible: token("--warn"),
    baseline: token("--baseline"),
    accent: token("--accent"),
    ramp: token("--ramp").split(/\s+/),
    font: getComputedStyle(document.body).fontFamily,
  };
}
