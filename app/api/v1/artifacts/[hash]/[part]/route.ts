import { z } from "zod";
import { parseInput } from "@/lib/parse";
import { route } from "@/lib/route";
import { readArtifact } from "@/lib/runner/client";

const paramsSchema = z.object({
  hash: z.string().regex(/^[0-9a-f]{64}$/, "An artifact's name is its hash of 64 hex digits."),
  part: z.enum(["card", "bundle"], "An artifact has a card and a bundle."),
});

/** The model card or the bundle of an artifact, from the runner that holds it. */
export const GET = route<{ hash: string; part: string }>({ permission: "lab:read" }, async (_request, params) => {
  const { hash, part } = parseInput(paramsSchema, params);
  return readArtifact(hash, part);
});
