import { z } from "zod";
import { inferModel } from "@/lib/experiments/launch";
import { parseInput } from "@/lib/parse";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

const query = z.object({ model: z.string().trim().min(1, "Name a model.").max(500) });

export const GET = route({ permission: "lab:read" }, async (request) => {
  const { model } = parseInput(query, { model: new URL(request.url).searchParams.get("model") ?? "" });
  return Response.json({ spec: await inferModel(model) });
});
