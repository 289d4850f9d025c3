import { notFound } from "next/navigation";
import { EpisodePage } from "@/components/experiments/episode/episode-page";
import { SharedFrame } from "@/components/sharing/shared-frame";
import { titleOf } from "@/lib/experiments/page-schema";
import { sharedEpisode } from "@/lib/sharing/details";
import { sharedExperiment } from "@/lib/sharing/share";
import { readShare, shareMetadata, type ShareProps } from "../../read-share";

export const generateMetadata = shareMetadata;

/** What strangers see of one episode: the lab's own page of it, without what changes anything. */
export default async function SharedEpisodePage({ params, searchParams }: ShareProps<{ id: string; number: string }>) {
  const [{ id, number }, query] = await Promise.all([params, searchParams]);
  const share = await readShare(id);
  if (!share) notFound();
  const wanted = share.experimentIds.find((each) => each === query.of) ?? (share.experimentIds[0] as string);
  const [experiment, details] = await Promise.all([sharedExperiment(share, wanted), sharedEpisode(share, wanted, number)]);
  if (!experiment || !details) notFound();
  return (
    <SharedFrame title={share.title} link={`/share/${id}`} frozen={share.snapshot !== null} bare={query.embed !== undefined && share.embeddable}>
      <EpisodePage key={`${wanted} ${number}`} experiment={titleOf(experiment)} initial={details} />
    </SharedFrame>
  );
}
