import { clsx } from "clsx";
import { Check, Circle, LoaderCircle, Square, X } from "lucide-react";
import { reasonWords, statusWords } from "@/components/experiments/words";
import type { ExperimentStatus, TerminationReason } from "@/lib/experiments/schema";

const looks = {
  queued: { icon: Circle, className: "text-ink-2" },
  running: { icon: LoaderCircle, className: "text-live" },
  stopping: { icon: Square, className: "text-warn" },
  done: { icon: Check, className: "text-ink-2" },
  failed: { icon: X, className: "text-bad" },
} satisfies Record<ExperimentStatus, { icon: typeof Check; className: string }>;

export function StatusBadge({ status, reason }: { status: ExperimentStatus; reason?: TerminationReason | null }) {
  const { icon: Icon, className } = looks[status];
  return (
    <span className={clsx("inline-flex items-center gap-1.5 whitespace-nowrap", className)} title={reason ? `Ended: ${reasonWords[reason]}` : undefined}>
      <Icon size={14} aria-hidden className={status === "running" ? "pulse" : undefined} />
      {statusWords[status]}
    </span>
  );
}
