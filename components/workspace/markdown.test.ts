import { expect, test } from "vitest";
import { parseInline, parseMarkdown } from "./markdown";

test("a note is read into headings, paragraphs, lists, tables and code", () => {
  const note = "# Title\n\nOne line\nand one more.\n\n- a\n- b\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n\n```\ncode <b>\n```\n";
  expect(parseMarkdown(note)).toEqual([
    { kind: "heading", level: 1, text: "Title" },
    { kind: "paragraph", text: "One line and one more." },
    { kind: "list", items: ["a", "b"] },
    { kind: "table", head: ["A", "B"], rows: [["1", "2"]] },
    { kind: "code", text: "code <b>" },
  ]);
});

test("only the lab's own pages are linked, and all else is text", () => {
  expect(parseInline("see [it](/experiments/1), **bold** and `code`")).toEqual([
    { kind: "text", text: "see " },
    { kind: "link", text: "it", href: "/experiments/1" },
    { kind: "text", text: ", " },
    { kind: "strong", text: "bold" },
    { kind: "text", text: " and " },
    { kind: "code", text: "code" },
  ]);
  for (const hostile of ["[x](javascript:alert(1))", "[x](//evil.example)", "[x](https://evil.example)", "[x](/\\evil.example)", "<img src=x onerror=alert(1)>"]) {
    expect(parseInline(hostile).every((part) => part.kind === "text")).toBe(true);
  }
});
