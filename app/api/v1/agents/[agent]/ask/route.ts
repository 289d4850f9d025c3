import { z } from "zod";
import { requireOwn } from "@/lib/access/admit";
import { requireHead } from "@/lib/experiments/run";
import { parseBody, parseInput } from "@/lib/parse";
import { consult } from "@/lib/planning/agents/consult";
import { agentNames, questionSchema } from "@/lib/planning/agents/schema";
import { route } from "@/lib/route";

export const POST = route<{ agent: string }>({ permission: "experiment:edit" }, async (request, params, caller) => {
  const { agent } = parseInput(z.object({ agent: z.enum(agentNames, `Ask one of ${agentNames.join(", ")}.`) }), params);
  const { question, experiment } = parseInput(questionSchema, await parseBody(request));
  if (experiment) await requireOwn(caller, experiment);
  return Response.json(await consult(agent, question, experiment ? await requireHead(experiment) : null, { team: caller.team, author: caller.name }));
});
