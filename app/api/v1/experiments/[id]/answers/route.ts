import { answerPrompt } from "@/lib/experiments/answers";
import { answerRequestSchema } from "@/lib/experiments/page-schema";
import { parseBody, parseInput } from "@/lib/parse";
import { route } from "@/lib/route";

/** Lets a solution continue a prompt; the answer is read by the key that comes back. */
export const POST = route<{ id: string }>({ permission: "experiment:edit", experiment: ({ id }) => id }, async (request, { id }) =>
  Response.json(await answerPrompt(id, parseInput(answerRequestSchema, await parseBody(request)))),
);
