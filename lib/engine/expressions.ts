import { parse } from "@marcbachmann/cel-js";

type Context = Record<string, unknown>;
type Compiled = (context: Context) => unknown;

/** Expressions come from registered functions and their waits, where an id is often pasted in: hence the bound. */
const compiled = new Map<string, Compiled>();
const MAX_COMPILED = 1_000;

function compile(expression: string): Compiled {
  let found = compiled.get(expression);
  if (!found) {
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    found = parse(expression) as Compiled;
    compiled.set(expression, found);
  }
  return found;
}

/** The message of a syntax error, or undefined. */
export function checkExpression(expression: string): string | undefined {
  try {
    compile(expression);
    return undefined;
  } catch (error) {
    return (error as Error).message.split("\n", 1)[0];
  }
}

/** An expression that cannot be evaluated, for example over a missing attribute, is no match: events are not all alike. */
export function matches(expression: string | null | undefined, context: Context): boolean {
  if (!expression) return true;
  try {
    return compile(expression)(context) === true;
  } catch {
    return false;
  }
}

/** The text of a key expression; undefined where it cannot be evaluated. */
export function evaluateKey(expression: string, context: Context): string | undefined {
  try {
    const value = compile(expression)(context);
    // NUL cannot be stored in PostgreSQL's text.
    if (typeof value === "string") return value.replaceAll("\0", "");
    return typeof value === "bigint" ? value.toString() : JSON.stringify(value);
  } catch {
    return undefined;
  }
}
