import Link from "next/link";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ReusedFrom } from "@/lib/experiments/schema";

/** Says that figures were measured in another experiment, and where. */
export function TakenOver({ from }: { from: ReusedFrom }) {
  return (
    <p className="text-xs text-ink-2">
      Taken over from{" "}
      <Link href={`/experiments/${from.experimentId}`} className="rounded-sm break-all text-accent underline">
        {from.experiment}
      </Link>
      , episode {from.episode}, measured <RelativeTime at={from.at} /> under the same conditions. Nothing was run for it here.
    </p>
  );
}
