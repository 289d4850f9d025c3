import { notFound } from "next/navigation";
import { Report } from "@/components/experiments/report";
import { getExperiment } from "@/lib/experiments/queries";
import { page } from "@/lib/page";

const guard = { permission: "lab:read", experiment: ({ id = "" }) => decodeURIComponent(id) } as const;

export const generateMetadata = page(guard, async ({ params }) => ({ title: `Report of ${decodeURIComponent((await params).id ?? "")}` }));

export default page(guard, async ({ params }) => {
  const experiment = await getExperiment(decodeURIComponent((await params).id ?? ""));
  if (!experiment) notFound();
  return <Report experiment={experiment} />;
});
