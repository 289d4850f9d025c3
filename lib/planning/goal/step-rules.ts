import type { RuleKind } from "@/lib/experiments/rules-schema";
import { at, atLeast, type Meaning, type Rule } from "./grammar";

/** What may be done to the model, in words: "no pruning", "only 4-bit quantization", "nothing that needs training". */

/** Patterns over canonical words, with the name that a rule of the experiment has for the thing. */
const kinds: readonly [string, string][] = [
  ["(?:any )?(?<!un)structured pruning", "structured"],
  ["(?:pruning|sparsity)", "pruning"],
  ["distillation", "distillation"],
  ["low rank(?: (?:factors|factorization|factorisation|approximation))?", "asvd"],
  ["(?:training|fine tuning)", "training"],
  ["quantization", "quantization"],
];
const widths = [2, 3, 4, 8];
const tail = "(?: (?:quantization|methods?|weights|steps?|techniques?|models?))?";

/** Names of methods that are plain words too, or that people use for more than the method. */
const ambiguous: ReadonlySet<string> = new Set(["depth", "structured", "mixed", "magnitude", "int8"]);

/** Methods are known by the names that the runner gives. */
export function stepRules(methods: readonly string[]): Rule[] {
  const named = methods.filter((name) => !ambiguous.has(name)).map((name): [string, string] => [name.replaceAll("_", " ").replaceAll(/(?<=[a-z])(?=\d)/g, " ?"), name]);
  const things: [RegExp, string][] = [
    ...widths.map((bits): [string, string] => [`(?:int ?)?${bits} ?bits?`, `${bits}-bit`]),
    ...named,
    ...widths.map((bits): [string, string] => [`int ?${bits}`, `${bits}-bit`]),
    ...kinds,
  ].map(([pattern, name]) => [new RegExp(`^${pattern}${tail}$`), name]);
  const thing = `(?:any |all |the )?(?:${[...widths.map((bits) => `(?:int )?${bits} bits?|int ${bits}`), ...named.map(([pattern]) => pattern), ...kinds.map(([pattern]) => pattern)].join("|")})${tail}`;
  const joint = " (?:, )?(?:and|or|nor|/|,)(?: (?:no|not|without))? ";
  const list = `(?<things>${thing}(?:${joint}${thing})*)`;
  const namesIn = (text: string): string[] =>
    text.split(new RegExp(joint)).flatMap((piece) => {
      const bare = piece.replace(/^(?:any|all|the) /, "");
      return things.find(([pattern]) => pattern.test(bare))?.[1] ?? [];
    });
  const rule = (kind: RuleKind): Rule["read"] => ({ things: said = "" }): Meaning | null => {
    const names = namesIn(said);
    return names.length > 0 ? { kind: "rule", rule: kind, names } : null;
  };
  // "try" is a word for episodes too, and stands in the line as such.
  const use = "(?:(?:to )?(?:use|using|do|doing|apply|applying|episodes|trying|with|be|want|need|needs|needing|require|requires|requiring|involve|involves) )*";
  const deny = "(?:no|not|never|without|avoid|avoiding|exclude|excluding|skip|skipping|don't|doesn't|mustn't|can't|forbid|except|nothing (?:that|which)|nothing)";
  return [
    { pattern: at("(?:training|tuning) free"), read: () => ({ kind: "rule", rule: "forbidden", names: ["training"] }) },
    { pattern: at("(?:only|just|solely|exclusively|nothing but|nothing except|nothing other than|stick to|limited to|restrict(?:ed)? to) ", use, list), read: rule("allowed") },
    { pattern: at(use, list, " (?:only|alone|exclusively)"), read: rule("allowed") },
    { pattern: at("(?:", atLeast, "|not below|never below) (?<bits>\\d+) bits?", tail), read: ({ bits }) => forbid(widths.filter((width) => width < Number(bits))) },
    { pattern: at(deny, " ", use, list), read: rule("forbidden") },
    { pattern: at("(?:always|must|has to|have to|include|including) ", use, list), read: rule("pinned") },
  ];
}

function forbid(bits: readonly number[]): Meaning | null {
  return bits.length > 0 ? { kind: "rule", rule: "forbidden" satisfies RuleKind, names: bits.map((width) => `${width}-bit`) } : null;
}
