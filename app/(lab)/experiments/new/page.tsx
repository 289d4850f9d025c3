import type { Metadata } from "next";
import { LaunchForm } from "@/components/experiments/launch/launch-form";
import { prefillFrom, readPrefill, type Query } from "@/components/experiments/launch/prefill";
import { getExperimentHead } from "@/lib/experiments/queries";
import { page } from "@/lib/page";
import { readRunnerLists } from "./runner-lists";

export const metadata: Metadata = { title: "New experiment" };

/** `?from=ID` starts with what another experiment was launched with. */
const sourceOf = ({ from }: Query): string[] => (typeof from === "string" && from !== "" ? [from] : []);

export default page({ permission: "lab:read", experiment: (_params, query) => sourceOf(query) }, async ({ searchParams }) => {
  const [query, lists] = await Promise.all([searchParams, readRunnerLists()]);
  const [from] = sourceOf(query);
  const [benchmarks, templates] = lists.ok ? [lists.benchmarks, lists.templates] : [[], []];
  const source = from ? await getExperimentHead(from) : null;
  const prefill = source ? prefillFrom(source, benchmarks, templates) : readPrefill(query, benchmarks);
  return (
    <>
      <h1 className="mb-4 text-lg font-semibold">New experiment</h1>
      <LaunchForm key={JSON.stringify(query)} prefill={prefill} lists={lists} />
    </>
  );
});
