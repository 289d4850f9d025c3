import { listMethods } from "@/lib/runner/client";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

export const GET = route({ permission: "lab:read" }, async () => Response.json(await listMethods()));
