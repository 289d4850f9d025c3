import { memo } from "react";
import { sparklinePath } from "@/components/charts/prepare-sparkline";

export const Sparkline = memo(function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  return (
    <svg viewBox="0 -2 72 20" width="72" height="20" role="img" aria-label={label} className="shrink-0">
      <path d={sparklinePath(values, 72, 16)} fill="none" stroke="var(--front)" strokeWidth="1.5" />
    </svg>
  );
});
