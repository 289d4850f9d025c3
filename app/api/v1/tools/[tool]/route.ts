import { AppError } from "@/lib/errors";
import { parseBody } from "@/lib/parse";
import { allTools } from "@/lib/planning/agents/tools";
import { route } from "@/lib/route";

export const POST = route<{ tool: string }>({ permission: "experiment:edit" }, async (request, params, caller) => {
  const tool = allTools.find(({ name }) => name === params.tool);
  if (!tool) throw new AppError("not_found", "There is no such tool.", { remedy: "GET /api/v1/tools lists them." });
  return Response.json({ result: await tool.run(await parseBody(request), { team: caller.team, author: caller.name }) });
});
