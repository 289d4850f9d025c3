import type { Mark } from "@/components/charts/scene";

const words: Record<Mark, string> = { front: "on the front", dominated: "dominated", infeasible: "not feasible", baseline: "baseline" };

/** The chart's marker as a glyph beside text. */
export function MarkGlyph({ mark, silent }: { mark: Mark; silent?: boolean }) {
  return (
    <svg viewBox="0 0 12 12" width="12" height="12" className="inline-block shrink-0" role={silent ? undefined : "img"} aria-label={silent ? undefined : words[mark]} aria-hidden={silent}>
      {mark === "front" ? <circle cx="6" cy="6" r="4.5" fill="var(--front)" /> : null}
      {mark === "dominated" ? <circle cx="6" cy="6" r="3.5" fill="none" stroke="var(--dominated)" strokeWidth="1.5" /> : null}
      {mark === "infeasible" ? <path d="M2.5 2.5 9.5 9.5M9.5 2.5 2.5 9.5" fill="none" stroke="var(--warn)" strokeWidth="1.5" /> : null}
      {mark === "baseline" ? <path d="M6 0.5 11.5 6 6 11.5 0.5 6Z" fill="var(--baseline)" /> : null}
    </svg>
  );
}

export function markWord(mark: Mark): string {
  return words[mark];
}

/** A place on the front that the intervals leave in doubt. */
export function UncertainGlyph() {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" className="inline-block shrink-0" aria-hidden>
      <circle cx="8" cy="8" r="3.5" fill="var(--front)" />
      <circle cx="8" cy="8" r="6.5" fill="none" stroke="var(--front)" strokeWidth="1.25" strokeDasharray="2.5 2.5" />
    </svg>
  );
}
