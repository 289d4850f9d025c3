import type { Metadata } from "next";
import { ExperimentList } from "@/components/experiments/list/experiment-list";
import { pageSize } from "@/components/experiments/list/page-size";
import { ButtonLink } from "@/components/ui/button";
import { listExperiments } from "@/lib/experiments/queries";

export const metadata: Metadata = { title: "Experiments" };

export default async function ExperimentsPage({ searchParams }: { searchParams: Promise<{ cursor?: string | string[] }> }) {
  const { cursor } = await searchParams;
  const from = typeof cursor === "string" ? cursor : null;
  const page = await listExperiments({ cursor: from, limit: pageSize });
  return (
    <>
      <div className="mb-4 flex items-center justify-between gap-4">
        <h1 className="text-lg font-semibold">Experiments</h1>
        <ButtonLink href="/experiments/new" variant="primary">
          New experiment
        </ButtonLink>
      </div>
      <ExperimentList key={from} initial={page} cursor={from} />
    </>
  );
}
