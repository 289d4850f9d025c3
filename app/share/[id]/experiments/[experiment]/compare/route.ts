import { compareSolutions } from "@/lib/experiments/compare";
import { comparisonSchema } from "@/lib/experiments/page-schema";
import { parseInput } from "@/lib/parse";
import { openRoute } from "@/lib/route";
import { requireShared, requireShown } from "@/lib/sharing/share";

export const dynamic = "force-dynamic";

export const GET = openRoute<{ id: string; experiment: string }>(async (request, params) => {
  const share = await requireShared(request, params);
  const { numbers } = parseInput(comparisonSchema, { numbers: new URL(request.url).searchParams.get("numbers") ?? "" });
  await requireShown(share, params.experiment, numbers);
  return Response.json(await compareSolutions(params.experiment, numbers));
});
