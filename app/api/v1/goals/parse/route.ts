import { parseBody, parseInput } from "@/lib/parse";
import { understandGoal } from "@/lib/planning/goal/understand";
import { goalWordsSchema } from "@/lib/planning/goal/schema";
import { route } from "@/lib/route";

export const POST = route({ permission: "experiment:edit" }, async (request) => {
  const { words } = parseInput(goalWordsSchema, await parseBody(request));
  return Response.json(await understandGoal(words));
});
