import { z } from "zod";
import { callModel, type Reading } from "@/lib/coordinator/models/call-model";
import { dataBlock, dataRule } from "@/lib/coordinator/models/data-block";
import { objectiveKeys, type ObjectiveKey } from "@/lib/domain/objectives";
import { listMethods } from "@/lib/runner/client";
import type { Meaning } from "./grammar";
import { parseGoal, problemOf, take } from "./parse-goal";
import type { ParsedGoal, SpokenLimits } from "./schema";

const limitKeys = ["maxEpisodes", "budgetHours", "itemLimit", "carbonGrams", "usd", "tokens", "targetHypervolume"] as const satisfies readonly (keyof SpokenLimits)[];
const objective = z.enum(objectiveKeys as [ObjectiveKey, ...ObjectiveKey[]]);

const meaningSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("constraint"), objective, bound: z.number(), relative: z.boolean() }),
  z.strictObject({ kind: z.literal("limit"), limit: z.enum(limitKeys), value: z.number() }),
  z.strictObject({ kind: z.literal("weight"), objective, weight: z.number() }),
]);
const answerSchema = z.strictObject({ found: z.array(z.strictObject({ text: z.string().describe("the piece, exactly as given"), meaning: meaningSchema })).max(10) });

const instructions = `A person has said what they want of compressing a language model. A grammar has read most of it; you get the pieces that it could not read. Say what each of them asks for, where it clearly asks for one of these: a constraint (accuracy at least, a cost at most; relative to the uncompressed model or absolute in ms per token, GB, or g of CO2 per 1,000 tokens), a limit of the experiment, or a weight of an objective (1 is usual, 0 to 100). Leave out what asks for nothing of that kind; never guess a number that was not said.

${dataRule}`;

/** Reads a goal by the grammar, and what that leaves by the planner model where there is one. Nothing that the grammar read is changed. */
export async function understandGoal(words: string): Promise<ParsedGoal> {
  // Without the runner only kinds of steps are known by their names.
  const methods = await listMethods().catch(() => []);
  const parsed = parseGoal(words, methods.map(({ name }) => name));
  const open = parsed.left.filter(({ reason }) => reason === "").map(({ text }) => text);
  if (open.length === 0) return parsed;
  const read = (json: unknown): Reading<z.infer<typeof answerSchema>> => {
    const answer = answerSchema.safeParse(json);
    return answer.success ? { ok: true, value: answer.data } : { ok: false, problems: [z.prettifyError(answer.error)] };
  };
  const reply = await callModel({ role: "planner", experimentId: null, episode: null, system: instructions, prompt: dataBlock({ all: words, left: open }), schema: answerSchema, read });
  if (!reply.ok) return { ...parsed, plannerNote: reply.unavailable.code === "not_configured" ? null : `The language model ${reply.unavailable.reason}.` };
  for (const { text, meaning } of reply.object.found) add(parsed, text, meaning);
  return parsed;
}

function add(parsed: ParsedGoal, text: string, meaning: Exclude<Meaning, { kind: "unusable" | "aim" | "rule" }>): void {
  const index = parsed.left.findIndex((piece) => piece.text === text && piece.reason === "");
  if (index < 0 || problemOf(meaning) !== null || isSet(parsed, meaning)) return;
  parsed.left.splice(index, 1);
  parsed.understood.push({ text, meaning: take(parsed, meaning), by: "planner" });
}

function isSet({ goal, limits }: ParsedGoal, meaning: Exclude<Meaning, { kind: "unusable" | "aim" | "rule" }>): boolean {
  if (meaning.kind === "limit") return limits[meaning.limit] !== null;
  if (meaning.kind === "weight") return goal.weights[meaning.objective] !== undefined;
  return goal.constraints.some((each) => each.objective === meaning.objective && each.relative === meaning.relative);
}
