import { AppError } from "@/lib/errors";
import { readResultFile } from "@/lib/experiments/result-files";
import { requireHead } from "@/lib/experiments/run";
import { asDownload } from "@/lib/download";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

/** One result file to save. */
export const GET = route<{ id: string; path: string[] }>({ permission: "lab:read", experiment: ({ id }) => id }, async (_request, { id, path }) => {
  const { folder } = await requireHead(id);
  const name = path.join("/");
  const content = await readResultFile(folder, name);
  if (!content) throw new AppError("not_found", `The experiment has no file "${name.slice(0, 120)}".`, { remedy: "Choose one from its list of files." });
  return asDownload(content, { name });
});
