import { parseBody, parseInput } from "@/lib/parse";
import { route } from "@/lib/route";
import { exportMemory, importMemory } from "@/lib/skills/memory-file";
import { importRequestSchema } from "@/lib/skills/schema";

export const dynamic = "force-dynamic";

/** The whole memory of the team as one file. */
export const GET = route({ permission: "lab:read" }, async (_request, _params, caller) => {
  const now = new Date();
  return Response.json(await exportMemory(caller.team, now), {
    headers: { "content-disposition": `attachment; filename="pareto-memory-${now.toISOString().slice(0, 10)}.json"` },
  });
});

/** Takes in such a file; says how many records were new, known and refused. */
export const POST = route({ permission: "catalog:edit" }, async (request, _params, caller) =>
  Response.json(await importMemory(caller.team, parseInput(importRequestSchema, await parseBody(request)))),
);
