import { benchmarkUploadSchema } from "@/lib/catalog/schema";
import { parseBody, parseInput } from "@/lib/parse";
import { route } from "@/lib/route";
import { addBenchmark, listBenchmarks } from "@/lib/runner/client";

export const dynamic = "force-dynamic";

export const GET = route({ permission: "lab:read" }, async () => Response.json(await listBenchmarks()));

/** Adds a benchmark of the user's own. */
export const POST = route({ permission: "catalog:edit" }, async (request) => {
  const added = await addBenchmark(parseInput(benchmarkUploadSchema, await parseBody(request)));
  return Response.json(added, { status: 201, headers: { location: `/api/v1/benchmarks/${added.name}` } });
});
