"use server";

import { z } from "zod";
import { action } from "@/lib/action";
import { launch } from "./launch";
import { stop } from "./run";
import { launchSchema } from "./schema";

export const launchExperiment = action(launchSchema, launch);

export const stopExperiment = action(z.object({ id: z.string().min(1).max(200) }), ({ id }) => stop(id));
