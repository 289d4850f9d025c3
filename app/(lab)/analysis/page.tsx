import type { Metadata } from "next";
import { AnalysisView } from "@/components/analysis/analysis-view";
import { readIds } from "@/components/compare/ids";
import { getExperimentPage } from "@/lib/experiments/page-queries";
import { listExperiments } from "@/lib/experiments/summary-queries";
import { page } from "@/lib/page";

export const metadata: Metadata = { title: "Analysis" };

/** Without `?ids=` the newest experiments are looked at. */
const newest = 10;

export default page({ permission: "lab:read", experiment: (_params, query) => readIds(query) }, async ({ searchParams }, { team }) => {
  const asked = readIds(await searchParams);
  const ids = asked.length > 0 ? asked : (await listExperiments({ team, limit: newest })).items.map(({ id }) => id);
  const views = (await Promise.all(ids.map((id) => getExperimentPage(id)))).flatMap((view) => view ?? []);
  return (
    <>
      <h1 className="mb-1 text-lg font-semibold">Analysis</h1>
      <p className="mb-4 text-xs text-ink-3">{asked.length > 0 ? views.map(({ name }) => name).join(", ") : `${views.length === 1 ? "The newest experiment" : `The ${views.length} newest experiments`}; tick others in the list to look at those.`}</p>
      <AnalysisView views={views} />
    </>
  );
});
