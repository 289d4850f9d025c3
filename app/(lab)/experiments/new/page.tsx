import type { Metadata } from "next";
import { LaunchForm } from "@/components/experiments/launch/launch-form";
import { readPrefill } from "@/components/experiments/launch/prefill";
import { page } from "@/lib/page";
import { readRunnerLists } from "./runner-lists";

export const metadata: Metadata = { title: "New experiment" };

export default page({ permission: "lab:read" }, async ({ searchParams }) => {
  const [query, lists] = await Promise.all([searchParams, readRunnerLists()]);
  const prefill = readPrefill(query, lists.ok ? lists.benchmarks : []);
  return (
    <>
      <h1 className="mb-4 text-lg font-semibold">New experiment</h1>
      <LaunchForm key={JSON.stringify(query)} prefill={prefill} lists={lists} />
    </>
  );
});
