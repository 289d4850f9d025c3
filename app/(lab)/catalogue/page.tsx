import type { Metadata } from "next";
import { CatalogueView } from "@/components/catalogue/catalogue-view";
import { ErrorView } from "@/components/ui/error-view";
import { page } from "@/lib/page";
import { readCatalogue } from "./read-catalogue";

export const metadata: Metadata = { title: "Catalogue" };

export default page({ permission: "lab:read" }, async () => {
  const reply = await readCatalogue();
  return (
    <>
      <h1 className="mb-4 text-lg font-semibold">Catalogue</h1>
      {reply.ok ? <CatalogueView catalogue={reply.catalogue} /> : <ErrorView title="The runner's lists could not be read" message={reply.message} remedy={reply.remedy} />}
    </>
  );
});
