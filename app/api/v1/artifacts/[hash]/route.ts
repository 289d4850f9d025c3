import { z } from "zod";
import { parseInput } from "@/lib/parse";
import { route } from "@/lib/route";
import { readManifest } from "@/lib/runner/client";
import { artifactHashSchema } from "@/lib/runner/schema";

/** An artifact's manifest, from the runner that holds it. */
export const GET = route<{ hash: string }>({ permission: "lab:read" }, async (_request, params) => {
  const { hash } = parseInput(z.object({ hash: artifactHashSchema }), params);
  return Response.json(await readManifest(hash));
});
