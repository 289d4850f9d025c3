import { agents } from "@/lib/planning/agents/consult";
import { route } from "@/lib/route";

export const GET = route({ permission: "lab:read" }, async () =>
  Response.json({ agents: Object.entries(agents).map(([name, { title, task, tools }]) => ({ name, title, task, tools: tools.map((tool) => tool.name) })) }),
);
