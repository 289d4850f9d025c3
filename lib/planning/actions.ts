"use server";

import { z } from "zod";
import { action } from "@/lib/action";
import { requireHead } from "@/lib/experiments/run";
import { goalWordsSchema } from "./goal/schema";
import { understandGoal } from "./goal/understand";
import { changePlan } from "./plan/queries";
import { readPlan } from "./plan/read-plan";
import { planActionSchema } from "./plan/schema";
import { rebuildWorkspace } from "./workspace/keep";

export const readGoal = action({ name: "goal.read", permission: "experiment:edit" }, goalWordsSchema, async ({ words }) => understandGoal(words));

export const editPlan = action({ name: "plan.change", permission: "experiment:edit", experiment: ({ id }) => id }, planActionSchema, async ({ id: idOrName, change }, caller) => {
  const { id } = await requireHead(idOrName);
  await changePlan(id, caller.name, change);
  return readPlan(id);
});

export const rebuildDerived = action({ name: "workspace.rebuild", permission: "experiment:edit" }, z.object({}), (_input, { team }) => rebuildWorkspace(team));
