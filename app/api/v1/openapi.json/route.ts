import { openApiDocument } from "@/lib/api/openapi";
import { env } from "@/lib/env";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

export const GET = route({ permission: "lab:read" }, async () => Response.json(openApiDocument(env().PARETO_WEB_URL)));
