import { route } from "@/lib/route";
import { listStrategies } from "@/lib/runner/client";

export const dynamic = "force-dynamic";

/** The ways to search; a launch takes the name of one. */
export const GET = route({ permission: "lab:read" }, async () => Response.json(await listStrategies()));
