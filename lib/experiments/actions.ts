"use server";

import { z } from "zod";
import { action } from "@/lib/action";
import { inferModel, launch } from "./launch";
import { stop } from "./run";
import { launchSchema } from "./schema";

export const launchExperiment = action(launchSchema, launch);

export const stopExperiment = action(z.object({ id: z.string().min(1).max(200) }), ({ id }) => stop(id));

export const inferModelSpec = action(z.object({ model: z.string().trim().min(1, "Name a model.").max(500) }), ({ model }) => inferModel(model));
