import { route } from "@/lib/route";
import { listRuntimes } from "@/lib/runner/client";

export const dynamic = "force-dynamic";

/** The ways to run a model, with their availability. */
export const GET = route({ permission: "lab:read" }, async () => Response.json(await listRuntimes()));
