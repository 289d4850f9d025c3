import { z } from "zod";
import { callModel, type Reading } from "@/lib/coordinator/models/call-model";
import { dataBlock, dataRule } from "@/lib/coordinator/models/data-block";
import { mayUse, type ExperimentView } from "@/lib/experiments/schema";
import { listMethods } from "@/lib/runner/client";
import { addPlanned, listPlan } from "../plan/queries";
import { oneLine } from "../workspace/contents";
import { factsOf } from "./facts";
import { keepReflection, listReflections } from "./queries";
import type { NextStep, Reflection } from "./schema";
import { nextStepOf, sentencesOf } from "./words";

/** Episodes between two reflections. */
export const reflectEvery = 3;

/**
 * Looks back on all episodes so far: the facts are computed, and where there is a model for it, that finds the words
 * and the next step. Kept once for each episode; the next step goes into the plan while there is an episode to come.
 */
export async function reflect(view: ExperimentView): Promise<Reflection> {
  const after = view.episodes.filter(({ endedAt }) => endedAt).reduce((highest, { number }) => Math.max(highest, number), 0);
  const known = (await listReflections(view.id)).find((reflection) => reflection.after === after);
  if (known) return known;
  const usable = (await listMethods()).filter((method) => method.availability.available && mayUse(method, view.controls));
  const facts = factsOf(view);
  const next = view.endedAt ? null : nextStepOf(view, facts, await listPlan(view.id), usable);
  const plain: Reflection = { after, facts, learnt: sentencesOf(facts), next, by: "rules", note: null };
  const reflection = await keepReflection(view.id, await word(view, plain, usable.map(({ name }) => name)));
  // A person's wish stands in the plan already.
  if (reflection.next && reflection.next.by !== "person") await addNext(view.id, after, reflection.next);
  return reflection;
}

async function addNext(experimentId: string, after: number, { text, methods, by }: NextStep): Promise<void> {
  const check = methods.length > 0 ? ({ kind: "method", methods, after } as const) : null;
  await addPlanned(experimentId, [{ text: text.slice(0, 500), check, evidence: [{ episode: after, text: `Reflection after episode ${after}` }] }], { first: false, by });
}

const answerSchema = z.strictObject({
  learnt: z.array(z.string()).min(1).max(6).describe("one sentence each, resting on the facts alone, with their figures"),
  next: z.strictObject({ text: z.string().describe("the next thing to try, in one line"), methods: z.array(z.string()) }),
});

const instructions = `You look back on an experiment that compresses a language model. You are given computed facts; every sentence that you write rests on them and gives their figures with the intervals. Say what differs from what was expected, what an interval does not allow to say, and what to try next. Figures are ratios to the uncompressed model.

${dataRule}`;

async function word(view: ExperimentView, plain: Reflection, usable: readonly string[]): Promise<Reflection> {
  const read = (json: unknown): Reading<z.infer<typeof answerSchema>> => {
    const parsed = answerSchema.safeParse(json);
    if (!parsed.success) return { ok: false, problems: [z.prettifyError(parsed.error)] };
    const unknown = parsed.data.next.methods.filter((name) => !usable.includes(name));
    return unknown.length > 0 ? { ok: false, problems: [`These methods are not usable here: ${unknown.join(", ")}.`] } : { ok: true, value: parsed.data };
  };
  const { goal, maxEpisodes } = view;
  const reply = await callModel({
    role: "reflection",
    experimentId: view.id,
    episode: plain.after,
    system: instructions,
    prompt: `Look back on the episodes up to ${plain.after} of ${maxEpisodes}.\n${dataBlock({ goal, facts: plain.facts, in_words: plain.learnt, next_by_rules: plain.next?.text ?? null, methods: usable })}`,
    schema: answerSchema,
    read,
  });
  if (!reply.ok) return { ...plain, note: reply.unavailable.code === "not_configured" ? null : reply.unavailable.reason };
  const by = reply.usage.model ?? "language model";
  const { learnt, next } = reply.object;
  return {
    ...plain,
    learnt: learnt.map((sentence) => oneLine(sentence).slice(0, 600)),
    // A person's wish stands before the model's.
    next: plain.next && plain.next.by !== "person" ? { text: oneLine(next.text).slice(0, 300), methods: next.methods, by } : plain.next,
    by,
  };
}
