import texts from "./hostile-texts.json" with { type: "json" };

/**
 * What a name, a note or a model's answer may hold to run in a reader's browser: ten pieces of markup, each after ten
 * ways out of where it is put (text, attribute, script, comment, title, JSON). Where one runs, it sets `parent.hit`.
 */
export const hostileMarkup: readonly string[] = texts.markup;

/** What a spreadsheet would take for a formula. */
export const hostileFormulas: readonly string[] = texts.formulas;

/** The names of all tags and of their attributes, in order: what a browser would build. */
export function structureOf(html: string): string[] {
  return [...html.matchAll(/<(\/?[a-z!][\w-]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/gi)].map(([, name, rest = ""]) => `${name} ${[...rest.matchAll(/([\w-]+)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)/g)].map(([, attribute]) => attribute).join(" ")}`);
}
