import type { DecisionRecord, Recipe } from "@/lib/experiments/schema";
import type { DecisionContext } from "./context";
import { askModel, modelOf } from "./ask-model";
import type { CallPace } from "./models/call-model";
import type { ModelUsage } from "./models/schema";
import { rankNext, type Rank, type Ranked, type Ranking } from "./rank";
import { actionOf, hashOfRecipe, labelOf } from "./recipes";

/**
 * Decides the next recipe. A recipe that a person has set comes first, then what their plan asks for. Else the runner's search ranks the legal ones;
 * a language model, where there is one, sees them and may propose others, which the search ranks with the rest. So a
 * model can bring what the search did not think of, and cannot make it do what it expects nothing of.
 */

export type Made = DecisionRecord & { recipe: Recipe };

/** What became of a wish: the step that it is, or why it is none. */
export interface WishAnswer {
  item: string;
  taken: boolean;
  text: string;
}

export type Decision = { end: null; record: Made; wishes: WishAnswer[] } | { end: "coordinator_end" | "early_stop"; reason: string; wishes: WishAnswer[] };

export interface DecideOptions {
  pace?: Partial<CallPace>;
  /** For tests: another way to rank than the runner's. */
  rank?: Rank;
}

const alternativesShown = 5;

export async function decide(context: DecisionContext, experimentId: string | null, { pace, rank = rankNext }: DecideOptions = {}): Promise<Decision> {
  const set = context.controls.next;
  const { made, wishes } = set ? { made: null, wishes: [] } : await followWish(context, rank);
  if (made) return { end: null, record: made, wishes };
  const decided = (record: Made): Decision => ({ end: null, record, wishes });
  const found = await rank(context, set ? [set] : context.plan.proposed);
  const placed = found.proposals[0];
  if (set && placed?.candidate) return decided(ofPerson(placed.candidate, found, context));
  const refusal = set ? `The recipe that a person had set cannot be carried out: ${placed?.problems.join(" ") ?? ""}` : null;

  const [best] = found.candidates;
  if (!best) return { end: "coordinator_end", reason: found.stop.reason, wishes };
  if (found.stop.advised && !set) return { end: "early_stop", reason: found.stop.reason, wishes };

  const reply = await askModel(context, experimentId, found, pace);
  if (!reply.ok) {
    const { languageModel } = modelOf(reply.usage);
    const note = reply.unavailable.code === "not_configured" ? null : `The language model${languageModel ? ` ${languageModel}` : ""} ${reply.unavailable.reason}. The search decided alone.`;
    return decided(recordOf(best, found, context, { note: joined(refusal, note), usage: reply.usage }));
  }
  const { proposals, reasoning } = reply.object;
  const judged = proposals.length > 0 ? await rank(context, proposals) : found;
  const winner = judged.candidates[0] ?? best;
  const itsOwn = proposals.some((recipe) => hashOfRecipe(recipe) === hashOfRecipe(winner.recipe));
  const said = itsOwn ? reasoning : outvoted(judged, proposals, reasoning, context);
  return decided(recordOf({ ...winner, origin: itsOwn ? "model" : winner.origin }, judged, context, { note: refusal, usage: reply.usage, said }));
}

/** The first wish that a legal recipe can fulfil, in the form that the search expects most of; the others are answered. */
async function followWish(context: DecisionContext, rank: Rank): Promise<{ made: Made | null; wishes: WishAnswer[] }> {
  const wishes: WishAnswer[] = [];
  for (const { item, text, names, obstacle } of context.plan.wishes) {
    const found = obstacle ? null : await rank({ ...context, controls: { ...context.controls, pinned: names } }, []);
    const best = found && (found.candidates.find(({ recipe }) => recipe.steps.every(({ method }) => names.includes(method))) ?? found.candidates[0]);
    if (!found || !best || found.pins === 0) {
      wishes.push({ item, taken: false, text: `It cannot be the next step: ${obstacle ?? "no recipe with it is legal for this model and still untried."}` });
      continue;
    }
    const record = recordOf(best, found, context, {});
    wishes.push({ item, taken: true, text: `${best.label}, taken as the next step` });
    return { made: { ...record, reasoning: `The plan asks for it: "${text}". ${best.reason}`, decidedBy: "person" }, wishes };
  }
  return { made: null, wishes };
}

function recordOf(
  { recipe, label, origin, reason, expected, gain, evidence }: Ranked,
  { candidates }: Ranking,
  context: DecisionContext,
  { note = null, usage, said = "" }: { note?: string | null; usage?: ModelUsage; said?: string },
): Made {
  const hash = hashOfRecipe(recipe);
  return {
    action: actionOf(recipe, context.methods),
    label,
    recipe,
    reasoning: [origin === "model" ? said : reason, origin === "model" ? reason : said].filter(Boolean).join(" "),
    decidedBy: origin === "default" ? "search" : origin,
    fallbackNote: note,
    ...(usage ? modelOf(usage) : { languageModel: null, tokens: null }),
    expected,
    gain,
    evidence,
    alternatives: candidates
      .filter((other) => hashOfRecipe(other.recipe) !== hash)
      .slice(0, alternativesShown)
      .map((other) => ({ label: other.label, recipe: other.recipe, score: other.gain.mean, expected: other.expected, gain: other.gain })),
  };
}

function ofPerson(candidate: Ranked, ranking: Ranking, context: DecisionContext): Made {
  return { ...recordOf(candidate, ranking, context, {}), reasoning: "A person set this recipe as the next step.", decidedBy: "person" };
}

/** What the model would have tried, where the search expects more of another recipe. */
function outvoted({ proposals }: Ranking, recipes: readonly Recipe[], reasoning: string, context: DecisionContext): string {
  if (recipes.length === 0) return `The language model had nothing to add: ${reasoning}`;
  const judged = recipes.map((recipe) => {
    const placed = proposals.find((each) => hashOfRecipe(each.recipe) === hashOfRecipe(recipe));
    const why = placed?.problems.length ? "cannot come next" : "is expected to add less";
    return `${labelOf(recipe, context.methods)} (${why})`;
  });
  return `The language model proposed ${judged.join(", ")}.`;
}

function joined(...parts: (string | null)[]): string | null {
  return parts.filter(Boolean).join(" ") || null;
}
