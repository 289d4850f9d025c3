import type { Metadata } from "next";
import { CompareView } from "@/components/compare/compare-view";
import { readIds } from "@/components/compare/ids";
import { ButtonLink } from "@/components/ui/button";
import { getExperimentPage } from "@/lib/experiments/page-queries";
import { page } from "@/lib/page";

export const metadata: Metadata = { title: "Compare" };

export default page({ permission: "lab:read", experiment: (_params, query) => readIds(query) }, async ({ searchParams }) => {
  const ids = readIds(await searchParams);
  const views = (await Promise.all(ids.map((id) => getExperimentPage(id)))).flatMap((view) => view ?? []);
  return (
    <>
      <h1 className="mb-4 text-lg font-semibold">Compare experiments</h1>
      {views.length >= 2 ? (
        <CompareView views={views} />
      ) : (
        <div className="rounded-md border border-line bg-panel p-6">
          <p className="mb-4 max-w-prose text-ink-2">
            Tick two to six experiments in the list and press Compare: their fronts are laid over each other, their hypervolumes measured from one reference, and only what differs in how they were set up is shown.
          </p>
          <ButtonLink href="/experiments" variant="primary">
            Choose experiments
          </ButtonLink>
        </div>
      )}
    </>
  );
});
