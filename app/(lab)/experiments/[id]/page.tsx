import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { ExperimentPage } from "@/components/experiments/view/experiment-page";
import { readView } from "@/components/experiments/view/view-state";
import { getExperiment } from "@/lib/experiments/queries";

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Title and page ask for the same experiment; it is read once. */
const readExperiment = cache((id: string) => getExperiment(decodeURIComponent(id)));

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const experiment = await readExperiment((await params).id).catch(() => null);
  return { title: experiment?.name ?? "Experiment" };
}

export default async function Page({ params, searchParams }: Props) {
  const experiment = await readExperiment((await params).id);
  if (!experiment) notFound();
  return <ExperimentPage key={experiment.id} initial={experiment} initialView={readView(await searchParams)} />;
}
