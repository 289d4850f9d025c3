import { logQuerySchema } from "@/lib/experiments/log-schema";
import { readLog } from "@/lib/experiments/logs";
import { requireHead } from "@/lib/experiments/run";
import { parseInput } from "@/lib/parse";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

/** A part of the log, oldest lines first: `?episode=3&phase=evaluate`, or without them what the lab did; `after` goes on. */
export const GET = route<{ id: string }>({ permission: "lab:read", experiment: ({ id }) => id }, async (request, { id }) => {
  const query = parseInput(logQuerySchema, Object.fromEntries(new URL(request.url).searchParams));
  return Response.json(await readLog(await requireHead(id), query));
});
