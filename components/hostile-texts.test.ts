import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Report } from "@/components/experiments/report";
import { NoteText } from "@/components/workspace/note-text";
import { testViewSaying } from "@/lib/experiments/testing/views";
import { hostileMarkup, structureOf } from "@/lib/testing/hostile-texts";

test.each([
  ["the report", (text: string) => createElement(Report, { experiment: testViewSaying(text) })],
  ["a note", (text: string) => createElement(NoteText, { text: `# ${text}\n\nSee ${text} and [it](/experiments/1).\n\n- ${text}\n\n| ${text} | b |\n| --- | --- |\n| **${text}** | \`${text}\` |\n\n\`\`\`\n${text}\n\`\`\`\n` })],
])("whatever a text holds, it is text in %s", (_name, page) => {
  const built = (text: string): string[] => structureOf(renderToStaticMarkup(page(text)));
  const harmless = built("plain");
  for (const text of hostileMarkup) expect(built(text), text).toEqual(harmless);
});
