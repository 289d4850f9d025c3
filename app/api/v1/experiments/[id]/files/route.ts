import { readArtifacts } from "@/lib/experiments/page-queries";
import { listResultFiles } from "@/lib/experiments/result-files";
import { requireHead } from "@/lib/experiments/run";
import { route } from "@/lib/route";
import type { ExperimentFileList } from "@/lib/experiments/files-schema";

export const dynamic = "force-dynamic";

/** Every file that the experiment leaves: its result files, and the artifacts of its episodes. */
export const GET = route<{ id: string }>({ permission: "lab:read", experiment: ({ id }) => id }, async (_request, params) => {
  const { id, folder } = await requireHead(params.id);
  const [results, artifacts] = await Promise.all([listResultFiles(folder), readArtifacts(id)]);
  return Response.json({ folder, results, artifacts } satisfies ExperimentFileList);
});
