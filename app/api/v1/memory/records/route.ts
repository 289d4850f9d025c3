import { parseInput } from "@/lib/parse";
import { route } from "@/lib/route";
import { memoryQuerySchema } from "@/lib/skills/schema";
import { searchMemory } from "@/lib/skills/search-memory";

export const dynamic = "force-dynamic";

/** The records of the memory, newest first, or most similar to a model first (`like`). */
export const GET = route({ permission: "lab:read" }, async (request, _params, caller) => {
  const query = parseInput(memoryQuerySchema, Object.fromEntries(new URL(request.url).searchParams));
  return Response.json(await searchMemory(caller.team, query));
});
