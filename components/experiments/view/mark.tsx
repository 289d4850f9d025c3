import type { Mark } from "@/components/charts/prepare-scatter";

const words: Record<Mark, string> = { front: "on the front", dominated: "dominated", baseline: "baseline" };

/** The chart's marker as a glyph beside text. */
export function MarkGlyph({ mark, silent }: { mark: Mark; silent?: boolean }) {
  return (
    <svg viewBox="0 0 12 12" width="12" height="12" className="inline-block shrink-0" role={silent ? undefined : "img"} aria-label={silent ? undefined : words[mark]} aria-hidden={silent}>
      {mark === "front" ? <circle cx="6" cy="6" r="4.5" fill="var(--front)" /> : null}
      {mark === "dominated" ? <circle cx="6" cy="6" r="3.5" fill="none" stroke="var(--dominated)" strokeWidth="1.5" /> : null}
      {mark === "baseline" ? <path d="M6 0.5 11.5 6 6 11.5 0.5 6Z" fill="var(--baseline)" /> : null}
    </svg>
  );
}

export function markWord(mark: Mark): string {
  return words[mark];
}
