import type { DetailRow } from "@/components/experiments/view/prepare-solution";
import { wholeNumber } from "@/components/whole-number";
import { formatExact } from "@/components/ui/ago";
import { formatNumber, formatSeconds } from "@/lib/domain/format";
import type { EpisodeDetails } from "@/lib/experiments/page-schema";
import type { PhaseSeconds } from "@/lib/experiments/schema";

const phaseWords: Record<keyof PhaseSeconds, string> = { decide: "Deciding", compress: "Compressing", evaluate: "Measuring", overhead: "Engine, web and waiting" };

/** The course of an episode: when, how long each phase took, what it did to the hypervolume. */
export function prepareEpisodeFacts({ episode, hypervolumeBefore }: EpisodeDetails): DetailRow[] {
  const { decision, seconds, hypervolume, startedAt, endedAt } = episode;
  const rows: DetailRow[] = [
    { label: "Started", value: formatExact(startedAt) },
    { label: "Ended", value: endedAt ? formatExact(endedAt) : "not yet" },
  ];
  for (const [phase, label] of Object.entries(phaseWords)) {
    const value = seconds?.[phase as keyof PhaseSeconds] ?? 0;
    if (value > 0) rows.push({ label, value: formatSeconds(value) });
  }
  if (hypervolume !== null) {
    const gain = hypervolume - (hypervolumeBefore ?? 0);
    rows.push({ label: "Hypervolume after it", value: formatNumber(hypervolume), note: hypervolumeBefore === null ? "" : `${gain > 0 ? `${formatNumber(gain)} more than before` : "as before"}${decision?.gain ? `, expected ${formatNumber(decision.gain.mean)} ± ${formatNumber(decision.gain.sd)} more` : ""}` });
  }
  if (decision?.languageModel) rows.push({ label: "Language model", value: decision.languageModel, note: decision.tokens === null ? "" : `${wholeNumber(decision.tokens)} tokens` });
  return rows;
}
