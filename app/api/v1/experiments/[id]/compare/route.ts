import { compareSolutions } from "@/lib/experiments/compare";
import { comparisonSchema } from "@/lib/experiments/page-schema";
import { requireHead } from "@/lib/experiments/run";
import { parseInput } from "@/lib/parse";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

/** Differences in accuracy to the first of `?numbers=`, item by item. */
export const GET = route<{ id: string }>({ permission: "lab:read", experiment: ({ id }) => id }, async (request, { id }) => {
  const { numbers } = parseInput(comparisonSchema, { numbers: new URL(request.url).searchParams.get("numbers") ?? "" });
  return Response.json(await compareSolutions((await requireHead(id)).id, numbers));
});
