import { expect, test } from "vitest";
import { testView } from "./testing/views";
import { visualizationHtml } from "./visualization";

const code = "parent.hit=1";
const vectors = [
  `<script>${code}</script>`,
  `</script><script>${code}</script>`,
  `<img src=x onerror=${code}>`,
  `<svg onload=${code}>`,
  `<iframe srcdoc="<script>${code}</script>">`,
  `<a href="javascript:${code}">x</a>`,
  `<body onload=${code}>`,
  `<details open ontoggle=${code}>`,
  `<math><mtext></mtext><script>${code}</script></math>`,
  `<!--><script>${code}</script>-->`,
];
/** How a payload tries to get out of where it is put: text, attribute, script, comment, title, JSON. */
const escapes = ["", '"', "'", '">', "'>", "-->", "</title>", "</style>", "\\u003c/script>", "]]>"];
const payloads = escapes.flatMap((escape) => vectors.map((vector) => escape + vector));

/** The names of all tags and of their attributes, in order: what a browser would build. */
function structure(html: string): string[] {
  return [...html.matchAll(/<(\/?[a-z!][\w-]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/gi)].map(([, name, rest = ""]) => `${name} ${[...rest.matchAll(/([\w-]+)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)/g)].map(([, attribute]) => attribute).join(" ")}`);
}

function pageWith(text: string): string {
  const view = testView();
  return visualizationHtml({ ...view, name: text, model: text, benchmarks: [text], solutions: view.solutions.map((solution) => ({ ...solution, label: text, method: text, labels: [text], device: text })) });
}

test("there are a hundred payloads, all different", () => expect(new Set(payloads).size).toBe(100));

test("names, labels and methods are text in the exported page, whatever they hold", () => {
  const harmless = structure(pageWith("plain"));
  for (const payload of payloads) expect(structure(pageWith(payload)), payload).toEqual(harmless);
});
