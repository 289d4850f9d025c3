"use server";

import { z } from "zod";
import { action } from "@/lib/action";
import { launch } from "./launch";
import { stop } from "./run";
import { launchSchema, steerSchema } from "./schema";
import { steer } from "./steer";

export const launchExperiment = action({ name: "experiment.launch", permission: "experiment:edit" }, launchSchema, (input, caller) => launch(input, caller.team));

export const stopExperiment = action({ name: "experiment.stop", permission: "experiment:edit", experiment: ({ id }) => id }, z.object({ id: z.string().min(1).max(200) }), ({ id }) => stop(id));

const steered = z.object({ id: z.string().min(1).max(200), change: steerSchema });

export const steerExperiment = action({ name: "experiment.steer", permission: "experiment:edit", experiment: ({ id }) => id }, steered, ({ id, change }, caller) => steer(id, change, caller.name));
