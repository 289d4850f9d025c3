import { notFound } from "next/navigation";
import { cache } from "react";
import { ExperimentPage } from "@/components/experiments/view/experiment-page";
import { readView } from "@/components/experiments/view/view-state";
import { getExperimentPage } from "@/lib/experiments/page-queries";
import { page } from "@/lib/page";

const guard = { permission: "lab:read", experiment: ({ id = "" }) => decodeURIComponent(id) } as const;

/** Title and page ask for the same experiment; it is read once. */
const readExperiment = cache((id: string) => getExperimentPage(decodeURIComponent(id)));

export const generateMetadata = page(guard, async ({ params }) => {
  const experiment = await readExperiment((await params).id ?? "");
  return { title: experiment?.name ?? "Experiment" };
});

export default page(guard, async ({ params, searchParams }) => {
  const experiment = await readExperiment((await params).id ?? "");
  if (!experiment) notFound();
  return <ExperimentPage key={experiment.id} initial={experiment} initialView={readView(await searchParams)} />;
});
