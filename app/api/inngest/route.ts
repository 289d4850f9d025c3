import { serve } from "inngest/next";
import { inngest } from "@/inngest/client";
import { runEpisode } from "@/inngest/functions/run-episode";
import { runExperiment } from "@/inngest/functions/run-experiment";

export const dynamic = "force-dynamic";

export const { GET, POST, PUT } = serve({ client: inngest, functions: [runExperiment, runEpisode] });
