import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test, vi } from "vitest";
import { Report } from "@/components/experiments/report";
import { AuditTable } from "@/components/people/audit-table";
import { PeopleTable } from "@/components/people/people-table";
import { TeamSwitch } from "@/components/people/team-switch";
import { NoteText } from "@/components/workspace/note-text";
import { testViewSaying } from "@/lib/experiments/testing/views";
import { hostileMarkup, structureOf } from "@/lib/testing/hostile-texts";

// Outside of Next there is no router.
vi.mock("next/navigation", () => ({ useRouter: () => ({ refresh: () => undefined }) }));

const at = "2026-11-21T12:00:00.000Z";

test.each([
  ["the report", (text: string) => createElement(Report, { experiment: testViewSaying(text) })],
  ["a note", (text: string) => createElement(NoteText, { text: `# ${text}\n\nSee ${text} and [it](/experiments/1).\n\n- ${text}\n\n| ${text} | b |\n| --- | --- |\n| **${text}** | \`${text}\` |\n\n\`\`\`\n${text}\n\`\`\`\n` })],
  ["the people of a team", (text: string) => createElement(PeopleTable, { people: [{ id: "m", userId: "u", name: text, email: text, role: "editor", since: at }], own: "o", owner: true })],
  ["the choice of teams", (text: string) => createElement(TeamSwitch, { teams: [{ id: "a", name: text }, { id: "b", name: text }], current: "a", owner: true })],
  ["the audit", (text: string) => createElement(AuditTable, { entries: [{ id: "e", at, caller: text, action: text, target: text, outcome: text, requestId: text }] })],
])("whatever a text holds, it is text in %s", (_name, page) => {
  const built = (text: string): string[] => structureOf(renderToStaticMarkup(page(text)));
  const harmless = built("plain");
  for (const text of hostileMarkup) expect(built(text), text).toEqual(harmless);
});
