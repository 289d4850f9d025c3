import { jsonSchemaOf } from "@/lib/api/endpoint";
import { allTools } from "@/lib/planning/agents/tools";
import { route } from "@/lib/route";

export const GET = route({ permission: "lab:read" }, async () =>
  Response.json({ tools: allTools.map(({ name, description, input, writes }) => ({ name, description, writes, input: jsonSchemaOf(input) })) }),
);
