import { answerMcp } from "@/lib/api/mcp";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

/** The Model Context Protocol: every endpoint that has a tool's name, with the caller's own rights. */
export const GET = route({ permission: "lab:read" }, (request) => answerMcp(request));
export const POST = route({ permission: "lab:read" }, (request) => answerMcp(request));
