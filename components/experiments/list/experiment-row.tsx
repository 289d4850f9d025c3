import Link from "next/link";
import { Sparkline } from "@/components/charts/sparkline";
import { StatusBadge } from "@/components/experiments/status-badge";
import { RelativeTime } from "@/components/ui/relative-time";
import { formatNumber, formatSeconds, formatSigned } from "@/lib/domain/format";
import type { BestPoint, ListedExperiment } from "@/lib/experiments/list-schema";

export function ExperimentRow({ experiment, chosen, onChoose }: { experiment: ListedExperiment; chosen: boolean; onChoose: () => void }) {
  const { id, name, model, status, terminationReason, episodesDone, maxEpisodes, frontSize, hypervolume, volumes, spentSeconds, best } = experiment;
  return (
    <tr data-row className="relative h-9 border-b border-line last:border-0 focus-within:bg-hover hover:bg-hover">
      <td className="relative z-10 py-1.5 pl-3">
        <input type="checkbox" data-row-select checked={chosen} onChange={onChoose} aria-label={`Select ${name} to compare`} className="block size-4 accent-[var(--accent)]" />
      </td>
      <td className="max-w-0 min-w-40 w-full px-3 py-1.5">
        {/* The link's ground covers the row, so that the whole row can be clicked and there is still one link. */}
        <Link data-row-focus href={`/experiments/${id}`} className="block font-mono text-ink after:absolute after:inset-0 hover:underline max-sm:break-all sm:truncate" title={name}>
          {name}
        </Link>
      </td>
      <td className="hidden max-w-56 truncate px-3 text-ink-2 xl:table-cell" title={model}>
        {model}
      </td>
      <td className="px-3">
        <StatusBadge status={status} reason={terminationReason} />
      </td>
      <td className="px-3 text-right whitespace-nowrap">
        {episodesDone}
        <span className="text-ink-3"> / {maxEpisodes}</span>
      </td>
      <td className="hidden px-3 text-right lg:table-cell">{frontSize || "–"}</td>
      <td className="hidden px-3 whitespace-nowrap md:table-cell">
        <span className="flex items-center gap-2">
          <span className="w-11 text-right">{hypervolume === null ? "–" : formatNumber(hypervolume)}</span>
          {volumes.length > 1 ? <Sparkline values={volumes} label={`Hypervolume over ${volumes.length} episodes`} /> : null}
        </span>
      </td>
      <td className="hidden max-w-72 px-3 whitespace-nowrap lg:table-cell">{best ? <Best best={best} /> : <span className="text-ink-3">–</span>}</td>
      <td className="hidden px-3 text-right whitespace-nowrap text-ink-2 sm:table-cell">{spentSeconds > 0 ? formatSeconds(spentSeconds) : "–"}</td>
      <td className="hidden px-3 text-right whitespace-nowrap text-ink-2 md:table-cell">{experiment.startedAt ? <RelativeTime at={experiment.startedAt} /> : "not yet"}</td>
    </tr>
  );
}

/** Ratios to the uncompressed model; accuracy in points. */
function Best({ best }: { best: BestPoint }) {
  return (
    <span className="figures flex items-baseline gap-2" title={`Episode ${best.number}: ${best.label}`}>
      <span className="min-w-0 truncate">{best.label}</span>
      <span className="text-xs text-ink-3">
        {formatSigned(best.accuracyPoints)} pt · {formatNumber(best.sizeRatio, 2)}× size · {formatNumber(best.latencyRatio, 2)}× time
      </span>
    </span>
  );
}
