import Link from "next/link";
import { Duration } from "@/components/experiments/duration";
import { StatusBadge } from "@/components/experiments/status-badge";
import { RelativeTime } from "@/components/ui/relative-time";
import { formatNumber } from "@/lib/domain/format";
import type { ExperimentSummary } from "@/lib/experiments/schema";

export function ExperimentRow({ experiment }: { experiment: ExperimentSummary }) {
  const { id, name, model, status, terminationReason, episodesDone, maxEpisodes, frontSize, hypervolume } = experiment;
  return (
    <tr data-row className="relative h-9 border-b border-line last:border-0 focus-within:bg-hover hover:bg-hover">
      <td className="max-w-0 min-w-40 w-full px-3 py-1.5">
        {/* The link's ground covers the row, so that the whole row can be clicked and there is still one link. */}
        <Link data-row-focus href={`/experiments/${id}`} className="block font-mono text-ink after:absolute after:inset-0 hover:underline max-sm:break-all sm:truncate" title={name}>
          {name}
        </Link>
      </td>
      <td className="hidden max-w-56 truncate px-3 text-ink-2 lg:table-cell" title={model}>
        {model}
      </td>
      <td className="px-3">
        <StatusBadge status={status} reason={terminationReason} />
      </td>
      <td className="px-3 text-right whitespace-nowrap">
        {episodesDone}
        <span className="text-ink-3"> / {maxEpisodes}</span>
      </td>
      <td className="hidden px-3 text-right sm:table-cell">{frontSize || "–"}</td>
      <td className="hidden px-3 text-right md:table-cell">{hypervolume === null ? "–" : formatNumber(hypervolume)}</td>
      <td className="hidden px-3 text-right text-ink-2 md:table-cell">
        {experiment.startedAt ? <RelativeTime at={experiment.startedAt} /> : "not yet"}
      </td>
      <td className="hidden px-3 text-right whitespace-nowrap text-ink-2 sm:table-cell">
        <Duration startedAt={experiment.startedAt} endedAt={experiment.endedAt} />
      </td>
    </tr>
  );
}
