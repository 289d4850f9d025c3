/** As much of Markdown as notes use, read into plain data. Nothing in it becomes markup of its own, so no note can carry script. */

export type Block =
  | { kind: "heading"; level: number; text: string }
  | { kind: "paragraph"; text: string }
  | { kind: "list"; items: string[] }
  | { kind: "table"; head: string[]; rows: string[][] }
  | { kind: "code"; text: string };

export type Inline = { kind: "text" | "strong" | "code"; text: string } | { kind: "link"; text: string; href: string };

export function parseMarkdown(text: string): Block[] {
  const lines = text.split(/\r?\n/);
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? "";
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (line.trim() === "") at++;
    else if (heading) {
      blocks.push({ kind: "heading", level: heading[1]?.length ?? 1, text: heading[2] ?? "" });
      at++;
    } else if (line.startsWith("```")) {
      const end = lines.findIndex((each, index) => index > at && each.startsWith("```"));
      const last = end < 0 ? lines.length : end;
      blocks.push({ kind: "code", text: lines.slice(at + 1, last).join("\n") });
      at = last + 1;
    } else {
      const is = line.startsWith("|") ? /^\|/ : /^\s*[-*]\s+/.test(line) ? /^\s*[-*]\s+/ : /^(?!\s*$|#{1,6}\s|```|\||\s*[-*]\s+)/;
      const end = lines.findIndex((each, index) => index > at && !is.test(each));
      const group = lines.slice(at, end < 0 ? lines.length : end);
      blocks.push(blockOf(group));
      at += group.length;
    }
  }
  return blocks;
}

function blockOf(lines: string[]): Block {
  const [first = ""] = lines;
  if (first.startsWith("|")) {
    const [head = [], ...rows] = lines.filter((line) => !/^\|[\s|:-]+\|?$/.test(line)).map(cells);
    return { kind: "table", head, rows };
  }
  if (/^\s*[-*]\s+/.test(first)) return { kind: "list", items: lines.map((line) => line.replace(/^\s*[-*]\s+/, "")) };
  return { kind: "paragraph", text: lines.map((line) => line.trim()).join(" ") };
}

function cells(line: string): string[] {
  return line.replaceAll(/^\||\|\s*$/g, "").split("|").map((cell) => cell.trim());
}

const inline = /\[(?<label>[^\]]*)\]\((?<href>\/[A-Za-z0-9][^\s()\\]*)\)|\*\*(?<strong>[^*]+)\*\*|`(?<code>[^`]+)`/g;

export function parseInline(text: string): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const { index, groups = {}, 0: whole } of text.matchAll(inline)) {
    if (index > from) parts.push({ kind: "text", text: text.slice(from, index) });
    if (groups.href !== undefined) parts.push({ kind: "link", text: groups.label ?? "", href: groups.href });
    else if (groups.strong !== undefined) parts.push({ kind: "strong", text: groups.strong });
    else parts.push({ kind: "code", text: groups.code ?? "" });
    from = index + whole.length;
  }
  if (from < text.length) parts.push({ kind: "text", text: text.slice(from) });
  return parts;
}
