import { steerSchema } from "@/lib/experiments/schema";
import { steer } from "@/lib/experiments/steer";
import { parseBody, parseInput } from "@/lib/parse";
import { route } from "@/lib/route";

export const POST = route<{ id: string }>({ permission: "experiment:edit", experiment: ({ id }) => id }, async (request, { id }, caller) =>
  Response.json(await steer(id, parseInput(steerSchema, await parseBody(request)), caller.name)),
);
