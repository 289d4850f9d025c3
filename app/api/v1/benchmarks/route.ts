import { benchmarkUploadSchema } from "@/lib/catalog/schema";
import { parseBody, parseInput } from "@/lib/parse";
import { route } from "@/lib/route";
import { addBenchmark, listBenchmarks } from "@/lib/runner/client";

export const dynamic = "force-dynamic";

export const GET = route(async () => Response.json(await listBenchmarks()));

/** Adds a benchmark of the user's own. */
export const POST = route(async (request) => Response.json(await addBenchmark(parseInput(benchmarkUploadSchema, await parseBody(request))), { status: 201 }));
