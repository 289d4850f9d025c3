import { listTemplates } from "@/lib/runner/client";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

/** Ready-made recipes; a launch takes their names as `templates`. */
export const GET = route({ permission: "lab:read" }, async () => Response.json(await listTemplates()));
