import { z } from "zod";
import { asDownload } from "@/lib/download";
import { parseInput } from "@/lib/parse";
import { route } from "@/lib/route";
import { openArtifactFile } from "@/lib/runner/client";
import { artifactHashSchema } from "@/lib/runner/schema";

/** One of an artifact's files; the runner sends only those that its manifest lists. */
export const GET = route<{ hash: string; path: string[] }>({ permission: "lab:read" }, async (_request, params) => {
  const { hash } = parseInput(z.object({ hash: artifactHashSchema }), params);
  const path = params.path.join("/");
  const file = await openArtifactFile(hash, path);
  return asDownload(file.body, { name: path.split("/").at(-1) ?? "", bytes: file.headers.get("content-length") });
});
