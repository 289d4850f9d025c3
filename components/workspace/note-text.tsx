import { clsx } from "clsx";
import Link from "next/link";
import { parseInline, parseMarkdown, type Block } from "@/components/workspace/markdown";

export function NoteText({ text }: { text: string }) {
  return (
    <div className="grid min-w-0 gap-3">
      {parseMarkdown(text).map((block, index) => (
        <BlockView key={index} block={block} />
      ))}
    </div>
  );
}

function BlockView({ block }: { block: Block }) {
  if (block.kind === "heading") {
    // The page has its own first two levels.
    const Heading = block.level === 1 ? "h3" : "h4";
    return (
      <Heading className={clsx("font-semibold", block.level === 1 ? "text-base" : "text-sm")}>
        <InlineText text={block.text} />
      </Heading>
    );
  }
  if (block.kind === "code") return <pre className="overflow-x-auto rounded-sm bg-panel p-2 font-mono text-xs">{block.text}</pre>;
  if (block.kind === "list") {
    return (
      <ul className="list-disc pl-5">
        {block.items.map((item, index) => (
          <li key={index} className="py-0.5 break-words">
            <InlineText text={item} />
          </li>
        ))}
      </ul>
    );
  }
  if (block.kind === "table") {
    return (
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Table">
        <table className="figures w-full text-xs">
          <thead>
            <tr className="border-b border-line text-left text-ink-2">
              {block.head.map((cell, index) => (
                <th key={index} scope="col" className="px-2 py-1 font-medium whitespace-nowrap">
                  {cell}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {block.rows.map((row, index) => (
              <tr key={index} className="border-b border-line last:border-0">
                {row.map((cell, column) => (
                  <td key={column} className="px-2 py-1 whitespace-nowrap">
                    <InlineText text={cell} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    );
  }
  return (
    <p className="break-words">
      <InlineText text={block.text} />
    </p>
  );
}

function InlineText({ text }: { text: string }) {
  return parseInline(text).map((part, index) => {
    if (part.kind === "link") {
      return (
        <Link key={index} href={part.href} className="text-accent underline underline-offset-2">
          {part.text}
        </Link>
      );
    }
    if (part.kind === "strong") return <strong key={index}>{part.text}</strong>;
    if (part.kind === "code") return <code key={index} className="font-mono text-xs">{part.text}</code>;
    return part.text;
  });
}
