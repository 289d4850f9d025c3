import Link from "next/link";
import { notFound } from "next/navigation";
import { CompareView } from "@/components/compare/compare-view";
import { ExperimentPage } from "@/components/experiments/view/experiment-page";
import { readView } from "@/components/experiments/view/view-state";
import { SharedFrame } from "@/components/sharing/shared-frame";
import { sharedExperiment } from "@/lib/sharing/share";
import { readShare, shareMetadata, type ShareProps } from "./read-share";

export const generateMetadata = shareMetadata;

/** What strangers see by a link: an experiment's page, or a comparison, without anything that changes it. */
export default async function SharePage({ params, searchParams }: ShareProps) {
  const [{ id }, query] = await Promise.all([params, searchParams]);
  const share = await readShare(id);
  if (!share) notFound();
  const { experimentIds } = share;
  const chosen = experimentIds.length === 1 ? experimentIds[0] : experimentIds.find((each) => each === query.of);
  const views = (await Promise.all((chosen ? [chosen] : experimentIds).map((each) => sharedExperiment(share, each)))).flatMap((view) => view ?? []);
  const [first] = views;
  if (!first) notFound();
  const bare = query.embed !== undefined && share.embeddable;
  return (
    <SharedFrame title={share.title} link={`/share/${id}`} frozen={share.snapshot !== null} bare={bare}>
      {chosen && experimentIds.length > 1 ? (
        <nav aria-label="Comparison" className="mb-4">
          <Link href={`/share/${id}${bare ? "?embed=1" : ""}`} className="text-accent hover:underline">
            Back to the comparison
          </Link>
        </nav>
      ) : null}
      {chosen ? <ExperimentPage key={first.id} initial={first} initialView={readView(query)} /> : <CompareView views={views} />}
    </SharedFrame>
  );
}
