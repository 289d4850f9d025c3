import type { Metadata } from "next";
import { headers } from "next/headers";
import Link from "next/link";
import { notFound } from "next/navigation";
import { cache } from "react";
import { ExperimentPage } from "@/components/experiments/view/experiment-page";
import { readView } from "@/components/experiments/view/view-state";
import { SharedFrame } from "@/components/sharing/shared-frame";
import { openShare, sharedExperiment } from "@/lib/sharing/share";

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

const readShare = cache(async (id: string) => openShare(id, await headers()));

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const share = await readShare((await params).id);
  return { title: share?.title ?? "Shared link", robots: { index: false, follow: false }, referrer: "no-referrer" };
}

/** What strangers see by a link: the experiment's page without anything that changes it. */
export default async function SharePage({ params, searchParams }: Props) {
  const [{ id }, query] = await Promise.all([params, searchParams]);
  const share = await readShare(id);
  if (!share) notFound();
  const wanted = share.experimentIds.find((each) => each === query.of) ?? (share.experimentIds[0] as string);
  const experiment = await sharedExperiment(share, wanted);
  if (!experiment) notFound();
  return (
    <SharedFrame title={share.title} base={`/share/${id}/experiments/${wanted}`} frozen={share.snapshot !== null} bare={query.embed !== undefined && share.embeddable}>
      {share.experimentIds.length > 1 ? (
        <nav aria-label="Experiments" className="mb-4 flex flex-wrap gap-4">
          {share.experimentIds.map((each, index) => (
            <Link key={each} href={`/share/${id}?of=${each}`} aria-current={each === wanted ? "page" : undefined} className={each === wanted ? "font-medium" : "text-accent hover:underline"}>
              Experiment {index + 1}
            </Link>
          ))}
        </nav>
      ) : null}
      <ExperimentPage key={experiment.id} initial={experiment} initialView={readView(query)} />
    </SharedFrame>
  );
}
