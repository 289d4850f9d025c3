import { z } from "zod";
import { parseInput } from "@/lib/parse";
import { route } from "@/lib/route";
import { readArtifact } from "@/lib/runner/client";
import { artifactHashSchema } from "@/lib/runner/schema";

const paramsSchema = z.object({
  hash: artifactHashSchema,
  part: z.enum(["card", "bundle"], "An artifact has a card and a bundle."),
});

/** The model card or the bundle of an artifact, from the runner that holds it. */
export const GET = route<{ hash: string; part: string }>({ permission: "lab:read" }, async (_request, params) => {
  const { hash, part } = parseInput(paramsSchema, params);
  return readArtifact(hash, part);
});
