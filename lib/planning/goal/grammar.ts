import type { ObjectiveKey } from "@/lib/domain/objectives";
import type { RuleKind } from "@/lib/experiments/rules-schema";
import type { SpokenLimits } from "./schema";

/** What a piece of the words means. */
export type Meaning =
  | { kind: "constraint"; objective: ObjectiveKey; bound: number; relative: boolean }
  | { kind: "limit"; limit: keyof SpokenLimits; value: number }
  | { kind: "aim"; objective: ObjectiveKey | "quick" | "balanced" }
  | { kind: "weight"; objective: ObjectiveKey; weight: number }
  | { kind: "rule"; rule: RuleKind; names: string[] }
  /** Seen for what it is, but nothing here can hold it. */
  | { kind: "unusable"; reason: string };

export type Groups = Record<string, string | undefined>;

/** A rule of the grammar: a pattern over the line of canonical words, and its meaning; null when it is none after all. */
export interface Rule {
  pattern: RegExp;
  read: (groups: Groups) => Meaning | null;
}

const number = "(?<n>\\d+(?:\\.\\d+)?)";
const atMost = "(?:(?:at|by) most|(?:no|not|never) (?:more|larger|bigger|slower|greater|higher) than|up to|under|below|beneath|less than|fewer than|lower than|smaller than|within|max|maximum|<=|<|(?:not|never|doesn't|don't) exceed|exceeding no more than|limited to|limit|cap|capped at|no higher than)";
export const atLeast = "(?:at least|(?:no|not|never) (?:less|lower|worse|fewer) than|more than|above|over|min|minimum|>=|>|(?:not|never|doesn't|don't) (?:fall|drop|go|loss) below|better than|higher than)";
const filler = "(?:(?:of|is|be|a|an|the|its|their|to|at|in|for|on|with|around|about|only|just|stay|stays|must|should|total|use|uses|using|budget|model|:|by|that|it) ){0,5}";
const denied = "(?:not|never|don't|doesn't|cannot|won't)";
const ofBaseline = "(?:of|from|than|relative to|compared to|vs) (?:the |its )?(?:full |dense )?baseline(?: model)?(?:'s)?";

export const at = (...parts: string[]): RegExp => new RegExp(`(?<= )${parts.join("")}(?= )`, "g");
const optional = (part: string): string => `(?:(?:${part}) )?`;
const value = (groups: Groups): number => Number(groups.n);

const constraint = (objective: ObjectiveKey, bound: number, relative = false): Meaning => ({ kind: "constraint", objective, bound, relative });
const gigabytes = (groups: Groups): number => value(groups) / (groups.unit === "mb" ? 1000 : 1);
const grams = (groups: Groups): number => value(groups) * ({ kg: 1000, g: 1, mg: 0.001 }[groups.unit ?? "g"] ?? 1);
const loss = (groups: Groups): Meaning => constraint("accuracy", round(1 - value(groups) / 100), true);
const kept = (groups: Groups): Meaning => constraint("accuracy", round(value(groups) / 100), true);
const measured = (groups: Groups): Meaning => constraint("accuracy", round(groups.percent || value(groups) > 1 ? value(groups) / 100 : value(groups)));

/** Decimal shares without the noise of binary ones. */
export function round(share: number): number {
  return Number(share.toPrecision(6));
}

const accuracyRules: Rule[] = [
  {
    pattern: at(optional(atMost), number, " (?:(?:percentage|accuracy|absolute) )?(?:points?|pp)", "(?: (?:of )?(?:accuracy|loss))*"),
    read: () => ({ kind: "unusable", reason: "A loss in points depends on the baseline, which is not measured yet: give it in per cent of the baseline, or give the accuracy to reach." }),
  },
  { pattern: at("(?:without|with no|no|zero|0)", "(?: (?:any|noticeable|measurable|visible|significant|real))* (?:(?:accuracy )?loss(?: (?:of|in) accuracy)?|losing (?:any )?accuracy)"), read: () => constraint("accuracy", 0.99, true) },
  { pattern: at("(?:lossless|near lossless|nearly lossless|(?:same|full) accuracy)"), read: () => constraint("accuracy", 0.99, true) },
  { pattern: at("(?:keep|keeps|keeping|retain|retains|retaining|preserve|preserves|preserving|maintain|maintains|hold|holds|holding|has|have|with) ", filler, optional(atLeast), filler, number, " %(?: ", filler, "(?:accuracy|baseline|it))?(?! (?:loss|smaller|faster|less|lower|fewer))"), read: kept },
  { pattern: at(optional(atLeast), number, " % ", ofBaseline, "(?: accuracy)?"), read: kept },
  { pattern: at(optional("accuracy"), filler, denied, " ", filler, "(?:drop|fall|go|loss|get|be) ", filler, "(?:below|under|less than) ", number, "(?<percent> %)?(?<share> ", ofBaseline, ")?(?: ", filler, "accuracy)?"), read: (groups) => (groups.share ? kept(groups) : measured(groups)) },
  { pattern: at(optional("accuracy"), filler, denied, " ", filler, "(?:lose|loss|drop|fall) ", filler, "more than ", filler, number, " %", "(?: ", filler, "accuracy)?"), read: loss },
  { pattern: at("accuracy ", filler, "within ", filler, number, " %(?: ", ofBaseline, ")?"), read: loss },
  { pattern: at("(?<!", denied, " )(?:lose|loses|losing|loss|sacrifice|sacrificing|give up|giving up|cost|costing) ", filler, optional(atMost), filler, number, " %", "(?: ", filler, "accuracy)?"), read: loss },
  { pattern: at("accuracy loss ", filler, optional(atMost), filler, number, " %"), read: loss },
  { pattern: at(optional(atMost), filler, number, " % (?:relative )?(?:accuracy loss|loss(?: (?:of|in) ", filler, "accuracy)?|lower accuracy|less accuracy|worse)"), read: loss },
  { pattern: at("accuracy ", filler, "(?:", atLeast, " )", filler, number, "(?<percent> %)?"), read: measured },
  { pattern: at("accuracy ", filler, "(?:loss |may loss |can loss )", filler, optional(atMost), number, " %"), read: loss },
  { pattern: at(atLeast, " ", number, "(?<percent> %)? ", filler, "accuracy"), read: measured },
  { pattern: at(atMost, " ", number, " % ", filler, "accuracy(?: loss)?"), read: loss },
  { pattern: at("accuracy ", filler, number, "(?<percent> %)"), read: measured },
];

const costWord: Record<string, ObjectiveKey> = { faster: "latency_ms", fast: "latency_ms", quicker: "latency_ms", quick: "latency_ms", smaller: "model_size_gb", small: "model_size_gb", lighter: "model_size_gb", greener: "co2_grams" };
const costNoun: Record<string, ObjectiveKey> = { size: "model_size_gb", weights: "model_size_gb", memory: "memory_gb", latency: "latency_ms", time: "latency_ms", co2: "co2_grams", energy: "co2_grams" };
const adjectives = `(?<word>${Object.keys(costWord).join("|")})`;
const nouns = `(?<noun>${Object.keys(costNoun).join("|")})`;
const costOf = ({ word, noun }: Groups): ObjectiveKey => (word ? costWord[word] : costNoun[noun ?? ""]) as ObjectiveKey;

const ratioRules: Rule[] = [
  // 20 % faster means that much more in the same time; 20 % smaller means that much less of it.
  { pattern: at(optional(atLeast), number, " % ", adjectives), read: (groups) => share(costOf(groups), costOf(groups) === "latency_ms" ? 1 / (1 + value(groups) / 100) : 1 - value(groups) / 100) },
  { pattern: at(optional(atLeast), number, " % (?:less|lower|fewer|reduced|smaller) ", nouns), read: (groups) => share(costOf(groups), 1 - value(groups) / 100) },
  { pattern: at("(?:cut|reduce|shrink|lower) ", filler, nouns, " ", filler, optional(atLeast), number, " %"), read: (groups) => share(costOf(groups), 1 - value(groups) / 100) },
  { pattern: at(optional(atMost), number, " % of (?:the |its )?(?:baseline )?", nouns), read: (groups) => share(costOf(groups), value(groups) / 100) },
  { pattern: at(optional(atLeast), number, " x (?:as )?", adjectives), read: (groups) => share(costOf(groups), 1 / value(groups)) },
  { pattern: at(optional(atLeast), number, " x (?:less|lower|smaller) ", nouns), read: (groups) => share(costOf(groups), 1 / value(groups)) },
  { pattern: at(optional(atLeast), number, " x (?:the )?(?:speed|throughput)"), read: (groups) => share("latency_ms", 1 / value(groups)) },
  { pattern: at("(?:a )?(?<part>half|third|quarter|tenth) (?:of )?(?:the |its )?(?:baseline )?", nouns), read: (groups) => share(costOf(groups), { half: 1 / 2, third: 1 / 3, quarter: 1 / 4, tenth: 1 / 10 }[groups.part ?? ""] ?? NaN) },
  { pattern: at("half as (?:big|large|heavy)"), read: () => share("model_size_gb", 1 / 2) },
];

function share(objective: ObjectiveKey, bound: number): Meaning | null {
  return bound > 0 && Number.isFinite(bound) ? constraint(objective, round(bound), true) : null;
}

const sizeRules: Rule[] = [
  { pattern: at("(?:size|disk|file|download|weights|checkpoint|artifact) ", filler, optional(atMost), filler, number, " (?<unit>gb|mb)"), read: (groups) => constraint("model_size_gb", gigabytes(groups)) },
  { pattern: at(optional(atMost), filler, number, " (?<unit>gb|mb) ", filler, "(?:size|disk|file|download|weights|checkpoint|artifact|large|big)"), read: (groups) => constraint("model_size_gb", gigabytes(groups)) },
  { pattern: at("memory ", filler, optional(atMost), filler, number, " (?<unit>gb|mb)"), read: (groups) => constraint("memory_gb", gigabytes(groups)) },
  { pattern: at("smaller than ", number, " (?<unit>gb|mb)(?! (?:of )?memory)"), read: (groups) => constraint("model_size_gb", gigabytes(groups)) },
  { pattern: at("(?:(?:fit|fits|fitting|run|runs|running|has|have) )?", filler, optional(atMost), filler, number, " (?<unit>gb|mb)(?: ", filler, "(?:memory|gpu(?: memory)?|card|machine|laptop|phone|device))?"), read: (groups) => constraint("memory_gb", gigabytes(groups)) },
  { pattern: at(optional("latency"), filler, optional(atMost), filler, number, " ms(?: ", filler, "(?:(?:per|/|each|every) )?(?:a )?(?:tokens|latency))?"), read: (groups) => constraint("latency_ms", value(groups)) },
];

const perTokenRules: Rule[] = [
  { pattern: at(optional(atLeast), filler, number, " tokens (?:per|/|a|each|every) s"), read: (groups) => (value(groups) > 0 ? constraint("latency_ms", round(1000 / value(groups))) : null) },
  { pattern: at(optional("co2"), filler, optional(atMost), filler, number, " (?<unit>g|mg|kg) ", optional("(?:of )?co2"), "(?:per|/|a|for each|each|for) ", optional("1000|1 k|k|1 1000"), "tokens"), read: (groups) => constraint("co2_grams", round(grams(groups))) },
];

const limit = (name: keyof SpokenLimits, amount: number): Meaning | null => (amount > 0 ? { kind: "limit", limit: name, value: round(amount) } : null);
const span = `(?:(?:take|takes|taking|spend|spending|run|runs|done|finish|finished) )?${filler}(?:${atMost} )?${filler}`;

const carbonRules: Rule[] = [
  { pattern: at("co2 ", filler, optional(atMost), filler, number, " (?<unit>g|mg|kg)"), read: (groups) => limit("carbonGrams", grams(groups)) },
  { pattern: at(optional(atMost), number, " (?<unit>g|mg|kg) ", filler, "co2"), read: (groups) => limit("carbonGrams", grams(groups)) },
];

const targetRules: Rule[] = [
  { pattern: at("(?:(?:stop|end|until|till|reach|target|enough|once|when|at) )*(?:the |a )?hypervolume ", filler, "(?:reaches |hits |", atLeast, " )?", number, "|(?:reach|reaches|target|until) ", filler, number.replace("n>", "other>"), " hypervolume"), read: ({ n, other }) => limit("targetHypervolume", Number(n ?? other)) },
];

const spendRules: Rule[] = [
  { pattern: at(optional(atMost), filler, number, " (?:k?wh|kilowatt h|joules?)"), read: () => ({ kind: "unusable", reason: "Energy is not a limit here: give grams of CO2." }) },
  { pattern: at("(?:spend |cost |costs |costing )?", filler, optional(atMost), "(?:\\$ |usd )", number), read: (groups) => limit("usd", value(groups)) },
  { pattern: at("(?:spend |cost |costs |costing )?", filler, optional(atMost), number, " (?<unit>usd|\\$|cents)"), read: (groups) => limit("usd", value(groups) / (groups.unit === "cents" ? 100 : 1)) },
  { pattern: at(optional(atMost), "(?:[€£] )?", number, " ?(?:[€£]|euros?|eur|pounds?)|", optional(atMost), "[€£] \\d+(?:\\.\\d+)?"), read: () => ({ kind: "unusable", reason: "Money is counted in US dollars here." }) },
  { pattern: at(optional(atMost), filler, number, " (?<k>k |1000 |m |million )?tokens"), read: (groups) => limit("tokens", value(groups) * ({ k: 1e3, "1000": 1e3, m: 1e6, million: 1e6 }[groups.k?.trim() ?? ""] ?? 1)) },
  { pattern: at("(?:(?<=episodes )(?:of|with|at|taking) ", number, " (?:h|min|s)(?: each)?|", number.replace("n>", "each>"), " (?:h|min|s) (?:per|an|each) episodes)"), read: () => ({ kind: "unusable", reason: "There is no limit per episode: give the time of the whole experiment." }) },
  { pattern: at(span, number, " and (?:a )?half h"), read: (groups) => limit("budgetHours", value(groups) + 0.5) },
  { pattern: at(span, "(?:a )?half (?:an |a )?h"), read: () => limit("budgetHours", 0.5) },
  { pattern: at(span, "(?:a )?quarter of an h"), read: () => limit("budgetHours", 0.25) },
  { pattern: at(span, number, " h (?:(?:and )?(?<more>\\d+) min|(?<bare>\\d+)(?! (?!and |at |total )[a-z%$]))"), read: (groups) => limit("budgetHours", value(groups) + Number(groups.more ?? groups.bare) / 60) },
  { pattern: at(span, number, " (?:of )?(?<unit>h|min|s|day)(?: long| at most)?"), read: (groups) => limit("budgetHours", value(groups) * ({ h: 1, min: 1 / 60, s: 1 / 3600, day: 24 }[groups.unit ?? "h"] ?? 1)) },
  { pattern: at(span, "(?:an?|one) (?<unit>h|day)"), read: (groups) => limit("budgetHours", groups.unit === "day" ? 24 : 1) },
  { pattern: at(span, number, " (?:more )?episodes"), read: (groups) => limit("maxEpisodes", value(groups)) },
  { pattern: at("episodes ", filler, optional(atMost), number), read: (groups) => limit("maxEpisodes", value(groups)) },
  { pattern: at(span, number, " items(?: (?:per|a|each|of each|for each) benchmark)?"), read: (groups) => limit("itemLimit", value(groups)) },
];

const most = "(?:(?:the |its )?(?:best|most|max|maximum|highest|maximi[sz]e|maximal|as much|biggest)(?: possible)?)";
const least = "(?:(?:the |its )?(?:least|lowest|min|minimum|smallest|minimal|minimi[sz]e|as little|reduce|cut)(?: possible)?)";
const aim = (objective: ObjectiveKey | "quick" | "balanced"): (() => Meaning) => () => ({ kind: "aim", objective });
const important = "(?: (?:is|matters?|counts?|comes?))?(?: the)? (?:first|most(?: important)?|above all|over everything)";

const aimRules: Rule[] = [
  { pattern: at("quick (?:look|test|check|try|run|glance|scan|overview)|(?:smoke|sanity) (?:test|check)"), read: aim("quick") },
  { pattern: at("balanced?|all[- ]round|all rounder|(?:a )?good (?:balance|compromise|trade off)|well rounded"), read: aim("balanced") },
  { pattern: at("fastest|as (?:fast|quick) as|", most, " (?:speed|throughput)|", least, " (?:the )?(?:latency|time)|(?:speed|latency|throughput)", important), read: aim("latency_ms") },
  { pattern: at("smallest|tiniest|lightest|as (?:small|tiny|light) as|", least, " (?:the )?(?:size|disk)|size", important), read: aim("model_size_gb") },
  { pattern: at("greenest|(?:as )?(?:green|eco friendly|energy efficient)(?: as)?|", least, " (?:the )?(?:co2|energy)|", most, " energy efficient|(?:co2|energy)", important), read: aim("co2_grams") },
  { pattern: at(least, " (?:the )?memory|memory", important), read: aim("memory_gb") },
  { pattern: at(most, " (?:the )?accuracy|as accuracy as|accuracy", important, "|(?:prefer )?accuracy (?:over|before) [a-z]+"), read: aim("accuracy") },
];

const weighed: Record<string, ObjectiveKey> = { accuracy: "accuracy", speed: "latency_ms", latency: "latency_ms", size: "model_size_gb", memory: "memory_gb", co2: "co2_grams", energy: "co2_grams" };
const thing = `(?<thing>${Object.keys(weighed).join("|")})`;
const weight = (amount: number) => ({ thing: name }: Groups): Meaning => ({ kind: "weight", objective: weighed[name ?? ""] as ObjectiveKey, weight: amount });

const weightRules: Rule[] = [
  { pattern: at("(?:ignore|(?:don't|do not) (?:care|mind|worry) (?:about|for)|regardless of|never mind|whatever) (?:the )?", thing), read: weight(0) },
  { pattern: at(thing, " (?:doesn't|don't|does not|do not) (?:matter|count)|", thing.replace("thing", "other"), " is (?:not important|irrelevant|unimportant)"), read: ({ thing: name, other }) => weight(0)({ thing: name ?? other }) },
  { pattern: at(thing, " (?:is |counts? |matters? )(?:", number, " x )(?:as )?(?:important|much|more|more important)(?: as [a-z0-9]+)?"), read: (groups) => weight(value(groups))(groups) },
  { pattern: at("(?:care|cares) (?:most(?:ly)? |mainly |also |much |a lot )?about (?:the )?", thing, "|", thing.replace("thing", "other"), " (?:is (?:very )?important|matters|counts)(?: too| a lot| much)?"), read: ({ thing: name, other }) => weight(2)({ thing: name ?? other }) },
];

/** In this order: what is said with a number and a thing is read before what is said with less. */
export const rules: readonly Rule[] = [...accuracyRules, ...ratioRules, ...targetRules, ...perTokenRules, ...carbonRules, ...sizeRules, ...spendRules, ...aimRules, ...weightRules];
