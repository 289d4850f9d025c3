import { z } from "zod";
import { callModel, type Reading } from "@/lib/coordinator/models/call-model";
import { dataBlock, dataRule } from "@/lib/coordinator/models/data-block";
import { requireExperiment } from "@/lib/experiments/run";
import { mayUse, rulesOf, type ExperimentView } from "@/lib/experiments/schema";
import { listMethods, listRuntimes } from "@/lib/runner/client";
import { recallFor } from "@/lib/skills/queries";
import { missingHere } from "@/lib/skills/registry";
import { consultTool } from "../agents/consult";
import { toToolSet } from "../agents/tool";
import { teamOf } from "../workspace/queries";
import { draftPlan, type PlanBasis } from "./draft";
import { hintsOf } from "./hints";
import { progressOf } from "./progress";
import { addPlanned, listPlan, markProgress } from "./queries";
import type { DraftItem } from "./schema";

/** Writes an experiment's first plan: by rules, and where planning is wanted by the planner model on top of them. */
export async function makePlan(experimentId: string): Promise<void> {
  const view = await requireExperiment(experimentId);
  const [methods, runtimes, { memory }] = await Promise.all([listMethods(), listRuntimes(), recallFor(view.id)]);
  const basis: PlanBasis = { view, methods, runtimes, hints: hintsOf(memory, view.goal) };
  const draft = draftPlan(basis);
  const own = view.planning ? await askPlanner(view, basis, draft) : null;
  await addPlanned(view.id, own?.items ?? draft, { first: true, by: own?.by ?? "rules" });
  await updatePlan(view);
}

/** Sets how far each of the planner's items is. */
export async function updatePlan(view: ExperimentView): Promise<void> {
  await markProgress(view.id, progressOf(await listPlan(view.id), view));
}

const answerSchema = z.strictObject({
  items: z
    .array(z.strictObject({ text: z.string().describe("one thing to do, in one line"), methods: z.array(z.string()).describe("names of the methods that it is about; empty when about none") }))
    .min(1)
    .max(12),
});

/** Requests of one plan at most; each question to a specialist is one. */
const mostSteps = 5;

const instructions = `You write the to-do list of an experiment that compresses a language model, one recipe at a time, each really measured. The list is for people too: short lines, each one thing that can be told to be done.

Rules
- At most as many things to try as there are episodes. Order by what pays most for the goal.
- Name only methods of the data. Measuring the uncompressed model and the closing report are there already.
- Start from the draft that rules wrote; change it only where you know better. You may ask specialists, a few questions at most.

${dataRule}`;

async function askPlanner(view: ExperimentView, { methods, runtimes }: PlanBasis, draft: readonly DraftItem[]): Promise<{ items: DraftItem[]; by: string } | null> {
  const usable = new Set(methods.filter((method) => method.availability.available && mayUse(method, view.controls)).map(({ name }) => name));
  const read = (json: unknown): Reading<DraftItem[]> => {
    const parsed = answerSchema.safeParse(json);
    if (!parsed.success) return { ok: false, problems: [z.prettifyError(parsed.error)] };
    const unknown = parsed.data.items.flatMap((item) => item.methods).filter((name) => !usable.has(name));
    if (unknown.length > 0) return { ok: false, problems: [`These methods are not usable here: ${unknown.join(", ")}.`] };
    return { ok: true, value: parsed.data.items.slice(0, view.maxEpisodes).map(toItem) };
  };
  const { goal, limits, spec, maxEpisodes, budgetHours } = view;
  const reply = await callModel({
    role: "planner",
    experimentId: view.id,
    episode: null,
    system: instructions,
    prompt: `Write the to-do list.\n${dataBlock({
      goal, limits, episodes: maxEpisodes, hours: budgetHours,
      model: { name: spec.model, family: spec.model_family.value, parameters: spec.parameters.value, size_gb: spec.model_size_gb.value },
      methods: methods.filter(({ name }) => usable.has(name)).map(({ name, title, action }) => ({ name, title, action })),
      runtimes: runtimes.filter(({ availability }) => availability.available).map(({ name }) => name),
      not_available_here: missingHere([...methods, ...runtimes]),
      a_person: rulesOf(view.controls),
      draft: draft.map(({ text }) => text),
    })}`,
    schema: answerSchema,
    read,
    tools: toToolSet([consultTool(view)], { team: await teamOf(view.id), author: "the planner" }),
    maxSteps: mostSteps,
  });
  if (!reply.ok) return null;
  const framed = [draft[0], ...reply.object, ...draft.filter(({ check }) => check?.kind === "feasible" || check?.kind === "end")];
  return { items: framed.filter((item) => item !== undefined), by: reply.usage.model ?? "planner" };
}

function toItem({ text, methods }: z.infer<typeof answerSchema>["items"][number]): DraftItem {
  return { text: text.trim().slice(0, 500), check: methods.length > 0 ? { kind: "method", methods, after: 0 } : null, evidence: [] };
}
