import { BookOpen, Brain, ChartColumn, FlaskConical, GitCompareArrows, NotebookText, Plus, Settings, type LucideIcon } from "lucide-react";

/** The pages of the lab that stand in the navigation, in its order. One entry is all a page needs to be found. */
export interface Place {
  href: string;
  label: string;
  icon: LucideIcon;
  /** The key after `g` that leads here. */
  key: string | null;
  /** What else a person may call it. */
  words: string;
}

export const places: readonly Place[] = [
  { href: "/experiments", label: "Experiments", icon: FlaskConical, key: "e", words: "runs list home" },
  { href: "/experiments/new", label: "New", icon: Plus, key: null, words: "new experiment launch start create" },
  { href: "/compare", label: "Compare", icon: GitCompareArrows, key: "c", words: "experiments side by side overlay fronts" },
  { href: "/analysis", label: "Analysis", icon: ChartColumn, key: "a", words: "importance parameters correlation slices methods" },
  { href: "/catalogue", label: "Catalogue", icon: BookOpen, key: "k", words: "methods benchmarks runtimes templates strategies" },
  { href: "/memory", label: "Memory", icon: Brain, key: "m", words: "skills outcomes recipes similar import export" },
  { href: "/workspace", label: "Workspace", icon: NotebookText, key: "w", words: "notes knowledge learnt files agents" },
  { href: "/settings", label: "Settings", icon: Settings, key: "s", words: "doctor health keys models checks" },
];

/** The most specific place that a path lies in. */
export function placeOf(path: string): Place | null {
  const within = places.filter(({ href }) => path === href || path.startsWith(`${href}/`));
  return within.toSorted((a, b) => b.href.length - a.href.length)[0] ?? null;
}
