import type { Metadata } from "next";
import { MemoryView } from "@/components/memory/memory-view";
import { may } from "@/lib/access/schema";
import { AppError } from "@/lib/errors";
import { page } from "@/lib/page";
import { listMemory } from "@/lib/skills/queries";
import { memoryQuerySchema, type MemoryPage, type MemoryQuery } from "@/lib/skills/schema";
import { searchMemory } from "@/lib/skills/search-memory";

export const metadata: Metadata = { title: "Memory" };

export default page({ permission: "lab:read" }, async ({ searchParams }, { team, role }) => {
  // An address that is not understood shows the whole memory: links outlive versions.
  const query = memoryQuerySchema.safeParse(await searchParams).data ?? memoryQuerySchema.parse({});
  const { found, problem } = await read(team, query);
  return (
    <>
      <h1 className="mb-1 text-lg font-semibold">Memory</h1>
      <p className="mb-4 max-w-prose text-ink-2">What came of every recipe, in all experiments. Decisions weigh it by how alike the circumstances are.</p>
      <MemoryView query={query} page={found} problem={problem} mayImport={may(role, "catalog:edit")} />
    </>
  );
});

/** A model that cannot be read leaves the list as it is without it, with the reason. */
async function read(team: string, query: MemoryQuery): Promise<{ found: MemoryPage; problem: { message: string; remedy: string } | null }> {
  try {
    return { found: await searchMemory(team, query), problem: null };
  } catch (error) {
    if (!query.like || !(error instanceof AppError)) throw error;
    return { found: await listMemory(team, query, null), problem: { message: error.message, remedy: error.remedy } };
  }
}
