import type { Metadata } from "next";
import { ExperimentList } from "@/components/experiments/list/experiment-list";
import { pageSize } from "@/components/experiments/list/page-size";
import { ButtonLink } from "@/components/ui/button";
import { experimentListSchema } from "@/lib/experiments/list-schema";
import { listExperiments } from "@/lib/experiments/summary-queries";
import { page } from "@/lib/page";

export const metadata: Metadata = { title: "Experiments" };

export default page({ permission: "lab:read" }, async ({ searchParams }, { team }) => {
  const given = Object.fromEntries(Object.entries(await searchParams).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])));
  // An address that is not understood shows the list from its start: links outlive versions.
  const read = experimentListSchema.safeParse({ ...given, limit: pageSize });
  const query = read.success ? read.data : experimentListSchema.parse({ limit: pageSize });
  const first = await listExperiments({ ...query, team });
  const view = { q: query.q, status: query.status.join(","), cursor: query.cursor ?? "" };
  return (
    <>
      <div className="mb-4 flex items-center justify-between gap-4">
        <h1 className="text-lg font-semibold">Experiments</h1>
        <ButtonLink href="/experiments/new" variant="primary">
          New experiment
        </ButtonLink>
      </div>
      <ExperimentList key={JSON.stringify(view)} initial={first} view={view} />
    </>
  );
});
