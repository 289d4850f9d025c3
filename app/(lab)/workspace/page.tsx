import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { WorkspacePage } from "@/components/workspace/workspace-page";
import { AppError } from "@/lib/errors";
import { page } from "@/lib/page";
import { listWorkspace, readWorkspace } from "@/lib/planning/workspace/files";

export const metadata: Metadata = { title: "Workspace" };

export default page({ permission: "lab:read" }, async ({ searchParams }, { team }) => {
  const { kind, name } = await searchParams;
  const entries = await listWorkspace(team);
  const opened = typeof kind === "string" && typeof name === "string" ? await open(team, { kind, name }) : null;
  return <WorkspacePage entries={entries} opened={opened} />;
});

async function open(team: string, file: { kind: string; name: string }) {
  try {
    return await readWorkspace(team, file);
  } catch (error) {
    if (error instanceof AppError) notFound();
    throw error;
  }
}
