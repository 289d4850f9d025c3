import { serve } from "inngest/next";
import type { NextRequest } from "next/server";
import { inngest } from "@/inngest/client";
import { runEpisode } from "@/inngest/functions/run-episode";
import { runExperiment } from "@/inngest/functions/run-experiment";
import { openRoute } from "@/lib/route";

export const dynamic = "force-dynamic";

const handlers = serve({ client: inngest, functions: [runExperiment, runEpisode] });

/** The engine signs its calls; Inngest's own code checks that. */
export const GET = openRoute((request) => handlers.GET(request as NextRequest, undefined));
export const POST = openRoute((request) => handlers.POST(request as NextRequest, undefined));
export const PUT = openRoute((request) => handlers.PUT(request as NextRequest, undefined));
